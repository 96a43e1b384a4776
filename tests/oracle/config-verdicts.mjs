// A release's own verdicts on many configs in one process: JSON lines {"config": …} in, {"valid", "issues"} out.
//
//     HOME=FRESH node config-verdicts.mjs NODE_MODULES/openclaw < CONFIGS
//
// The reader of config files has a public name from 2026.5 on (openclaw/plugin-sdk/health); in older releases
// it is looked for by that name in the package's files. Exit 3 where neither is there.
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const NAME = "readConfigFileSnapshot";
const dist = path.join(process.argv[2], "dist");

async function reader() {
  for (const entry of ["plugin-sdk/health.js", "config/config.js"].map((name) => path.join(dist, name))) {
    const found = fs.existsSync(entry) && (await import(pathToFileURL(entry)))[NAME];
    if (found) return found;
  }
  for (const file of fs.readdirSync(dist).filter((name) => name.endsWith(".js"))) {
    const text = fs.readFileSync(path.join(dist, file), "utf8");
    if (!text.includes(`async function ${NAME}(`)) continue;
    const alias = text.match(new RegExp(`\\b${NAME} as (\\w+)`))?.[1] ?? NAME;
    return (await import(pathToFileURL(path.join(dist, file))))[alias];
  }
  return undefined;
}

// What the package prints on the way is not an answer.
const answer = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
const read = await reader();
if (typeof read !== "function") {
  process.stderr.write(`no ${NAME} in ${dist}\n`);
  process.exit(3);
}
const file = path.join(process.env.HOME, ".openclaw", "openclaw.json");
fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
for await (const line of readline.createInterface({ input: process.stdin })) {
  fs.writeFileSync(file, JSON.stringify(JSON.parse(line).config, null, 1), { mode: 0o600 });
  try {
    const { valid, issues } = await read();
    answer(`${JSON.stringify({ valid, issues: issues.map((issue) => issue.path) })}\n`);
  } catch (error) {
    answer(`${JSON.stringify({ valid: null, issues: [String(error)] })}\n`);
  }
}
process.exit(0);
