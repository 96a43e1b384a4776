#!/usr/bin/env node
"use strict";
// Starts the program that npm installed for this platform. It exposes `openclaw-doctor` alone: `openclaw` is the
// Node CLI's name.

const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { constants } = require("node:os");

const platform = `${process.platform}-${process.arch}`;

// Whether node itself was linked with musl, as on Alpine: glibc names its version in node's report. A machine with glibc may
// have musl's loader too, and a machine without that loader has no musl, so that the slow report is seldom asked.
function onMusl() {
  const cpu = { x64: "x86_64", arm64: "aarch64" }[process.arch];
  if (process.platform !== "linux" || !existsSync(`/lib/ld-musl-${cpu}.so.1`)) return false;
  process.report.excludeNetwork = true; // it would look up names
  return !process.report.getReport().header.glibcVersionRuntime;
}

// npm installs the package that fits the C library; an older npm installs both. The static program of the musl package
// starts with glibc too; glibc's does not start with musl.
function program() {
  const musl = onMusl();
  const static_ = `${platform}-musl`;
  for (const name of musl ? [static_] : [platform, static_]) {
    try {
      return require.resolve(`openclaw-doctor-${name}/bin/openclaw-doctor`);
    } catch {
      // The next one.
    }
  }
  const wanted = musl ? static_ : platform;
  process.stderr.write(
    `openclaw-doctor: there is no program for ${platform}${musl ? " with musl (Alpine)" : ""} here. npm skips it with ` +
      `--omit=optional and on systems it is not built for. Try: npm install openclaw-doctor-${wanted}, or build it: ` +
      "cargo install --locked openclaw-doctor\n",
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
