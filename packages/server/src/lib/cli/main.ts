#!/usr/bin/env node
/**
 * The command `safelight`, for cron and CI.
 *
 * @module
 */
import { runCommand } from "./run-command.js";

const interrupted = new AbortController();
const args = process.argv.slice(2);
if (args[0] === "copy") {
  // A second signal ends the process at once.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(name, () => interrupted.abort(new Error("interrupted")));
  }
}

// A closed terminal or pipe must not end a command that has work to complete or to undo.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const { exitCode, output, errors } = await runCommand(args, {
  SAFELIGHT_AUTH_TOKEN: process.env.SAFELIGHT_AUTH_TOKEN,
  variables: process.env,
  isTerminal: process.stdin.isTTY && process.stdout.isTTY,
  signal: interrupted.signal,
  report: (line) => process.stderr.write(`${line}\n`),
});
await Promise.all([
  new Promise((resolve) => process.stdout.write(output, resolve)),
  new Promise((resolve) => process.stderr.write(errors, resolve)),
]);
process.exitCode = exitCode;
// A connection to a database that has fallen silent would keep the process alive. `serve` runs on.
if (args[0] === "copy") process.exit();
