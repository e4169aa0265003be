#!/usr/bin/env node
/**
 * The command `safelight`, for cron and CI.
 *
 * @module
 */
import { runCommand } from "./run-command.js";

const { exitCode, output, errors } = await runCommand(process.argv.slice(2), process.env);
process.stdout.write(output);
process.stderr.write(errors);
process.exitCode = exitCode;
