// Preload for a real Gateway (`node --import`): at the first listen on a port it writes process.env to a file and ends
// the process; an exit before that writes the environment and the exit status. The file's name is the query of this
// module's URL, so that the environment under measure holds no trace of the measurement, in a respawned child either.
import fs from "node:fs";
import net from "node:net";

const out = new URL(import.meta.url).searchParams.get("out");

function dump(what) {
  try {
    // `wx`: the first word counts; a parent that ends after its child has spoken adds nothing.
    fs.writeFileSync(out, JSON.stringify({ ...what, argv: process.argv, env: { ...process.env } }), { flag: "wx" });
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
}

const portOf = (args) => {
  const first = args[0];
  if (first && typeof first === "object" && !Array.isArray(first)) return first.port ?? first[0]?.port;
  return Array.isArray(first) ? portOf(first) : typeof first === "string" && !/^\d+$/.test(first) ? undefined : first;
};

net.Server.prototype.listen = new Proxy(net.Server.prototype.listen, {
  apply(listen, self, args) {
    const port = Number(portOf(args));
    if (port > 0) {
      dump({ listens: port });
      process.reallyExit(0);
    }
    return Reflect.apply(listen, self, args);
  },
});

process.on("exit", (status) => {
  const gateway = process.argv.includes("gateway");
  if (gateway && !fs.existsSync(out)) dump({ exit: status });
});
