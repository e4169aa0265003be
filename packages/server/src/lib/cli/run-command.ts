import { StoreUnavailable } from "../ports/store/store-unavailable.js";
import type { CommandContext } from "./command.js";
import type { CommandOutcome } from "./command-outcome.js";
import { commands } from "./commands.js";
import { helpOf, usageOf } from "./usage.js";
import { UsageError } from "./usage-error.js";

/**
 * Runs the command line.
 *
 * @param args the arguments after the program's name.
 */
export async function runCommand(args: readonly string[], context: CommandContext): Promise<CommandOutcome> {
  const [name, ...rest] = args;
  const command = commands.get(name ?? "");
  const isHelp = args.some((text) => text === "--help" || text === "-h");
  if (isHelp) return { exitCode: 0, output: command === undefined ? usageOf(commands) : helpOf(command), errors: "" };
  if (command === undefined) {
    const reason = name === undefined ? "No command given." : `Unknown command "${name}".`;
    return { exitCode: 2, output: "", errors: `${reason}\n\n${usageOf(commands)}` };
  }
  try {
    return await command.run(rest, context);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    const errors = isUsage
      ? `${error.message}\n\n${helpOf(command)}`
      : `${command.failure}: ${reasonOf(error)}${pageOf(error)}\n`;
    return { exitCode: 2, output: "", errors };
  }
}

/** Includes the cause of a `StoreUnavailable`: it names the remedy, and the error itself may not. */
function reasonOf(error: unknown): string {
  if (!(error instanceof StoreUnavailable) || error.cause === undefined) return messageOf(error);
  const cause = messageOf(error.cause);
  return error.message.includes(cause) ? error.message : `${error.message} (${cause})`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The address of the page of an error in the setup, after a space; empty without one. */
function pageOf(error: unknown): string {
  const setup = error instanceof StoreUnavailable ? error.cause : error;
  return setup instanceof Error && "docs" in setup && typeof setup.docs === "string" ? ` ${setup.docs}` : "";
}
