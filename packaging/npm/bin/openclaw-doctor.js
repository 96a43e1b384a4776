#!/usr/bin/env node
"use strict";
// Starts the program that npm installed for this platform. It exposes `openclaw-doctor` alone: `openclaw` is the
// Node CLI's name.

const { spawn } = require("node:child_process");
const os = require("node:os");
const { constants } = os;

const platform = `${process.platform}-${process.arch}`;

// npm installs the package that fits the C library; an older npm installs both, and glibc's is the better doctor there.
function program() {
  for (const name of [platform, `${platform}-musl`]) {
    try {
      return require.resolve(`openclaw-doctor-${name}/bin/openclaw-doctor`);
    } catch {
      // The next one.
    }
  }
  process.stderr.write(
    `openclaw-doctor: there is no program for ${platform} here. npm leaves it out with --omit=optional and on ` +
      "systems it is not built for; `cargo install openclaw-doctor` builds it anywhere.\n",
  );
  process.exit(127);
}

const file = program();
const args = process.argv.slice(2);

// Where node can become the program, exit code, signals and the terminal are its own.
if (typeof process.execve === "function") {
  process.emitWarning = () => {}; // it is marked experimental, which is nothing to tell the user
  try {
    process.execve(file, [file, ...args], process.env);
  } catch {
    // Not on this system: start it as a child below.
  }
}

const child = spawn(file, args, { stdio: "inherit" });
for (const name of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) {
  process.on(name, () => child.kill(name));
}
child.on("error", (error) => {
  process.stderr.write(`openclaw-doctor: ${file} cannot be started: ${error.message}\n`);
  process.exit(127);
});
child.on("exit", (code, signal) => {
  process.exit(signal ? 128 + (constants.signals[signal] ?? 0) : code);
});
