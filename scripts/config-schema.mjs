// The config schema of a release that has no `openclaw config schema` (up to 2026.2), as JSON on stdout.
//
//     HOME=FRESH node config-schema.mjs NODE_MODULES/openclaw
//
// The release keeps its schema as a zod object; it is looked for by its name in the package's files, and prints itself.
// As input: objects that ignore other keys are open, as they are for somebody who writes a config. Exit 3 where none is there.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const NAME = "OpenClawSchema";
const dist = path.join(process.argv[2], "dist");
const print = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

async function find() {
  for (const file of fs.readdirSync(dist).filter((name) => name.endsWith(".js"))) {
    const text = fs.readFileSync(path.join(dist, file), "utf8");
    const alias = text.includes(`const ${NAME} = `) && text.match(new RegExp(`\\b${NAME} as (\\w+)`))?.[1];
    const found = alias && (await import(pathToFileURL(path.join(dist, file))))[alias];
    if (found) return found;
  }
  return undefined;
}

const schema = await find();
if (typeof schema?.toJSONSchema !== "function") {
  process.stderr.write(`no ${NAME} in ${dist}\n`);
  process.exit(3);
}
const printed = schema.toJSONSchema({ target: "draft-07", unrepresentable: "any", io: "input" });
// Later releases name the plugins of the package there.
const entries = (printed.properties.plugins.properties.entries.properties ??= {});
const extensions = path.join(process.argv[2], "extensions");
for (const name of fs.existsSync(extensions) ? fs.readdirSync(extensions).sort() : []) {
  const manifest = path.join(extensions, name, "openclaw.plugin.json");
  if (fs.existsSync(manifest)) entries[JSON.parse(fs.readFileSync(manifest, "utf8")).id] = {};
}
print(JSON.stringify(printed), () => process.exit(0));
