// Preload for a real Gateway (NODE_OPTIONS=--import): once it listens on a port, its process.env goes to a file every half
// second, as it is then. Works on any release, and in a child that the first process starts. The file and the port are the
// query of this module's URL.
import fs from "node:fs";
import net from "node:net";

const query = new URL(import.meta.url).searchParams;
const out = query.get("out");
const port = Number(query.get("port"));

function write() {
  const text = JSON.stringify({ pid: process.pid, env: { ...process.env } });
  fs.writeFileSync(`${out}.new`, text, { mode: 0o600 });
  fs.renameSync(`${out}.new`, out);
}

net.Server.prototype.listen = new Proxy(net.Server.prototype.listen, {
  apply(listen, self, args) {
    self.once("listening", () => {
      if (self.address()?.port !== port) return;
      write();
      setInterval(write, 500).unref();
    });
    return Reflect.apply(listen, self, args);
  },
});
