/** The id of the message that reports the script as ready. */
export const readyId = 0;

/** A command to a script. */
export interface Command {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

/** The result of a command. */
export type CommandResult =
  | { readonly type: "value"; readonly id: number; readonly value: unknown }
  | { readonly type: "failure"; readonly id: number; readonly reason: string };

/** The handlers of a script's commands, by name. */
// biome-ignore lint/suspicious/noExplicitAny: each handler has its own argument.
export type CommandHandlers = Readonly<Record<string, (argument: any) => unknown>>;

/** Handles the commands of the parent process until it exits. Call it once, when the script is ready. */
export function handleCommands(handlers: CommandHandlers): void {
  process.on("message", async (message) => {
    // Only `startChild` sends messages.
    const { argument, id, name } = message as Command;
    try {
      const handle = handlers[name];
      if (handle === undefined) throw new Error(`Unknown command ${name}.`);
      send({ type: "value", id, value: await handle(argument) });
    } catch (error) {
      send({ type: "failure", id, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.on("disconnect", () => process.exit());
  send({ type: "value", id: readyId, value: null });
}

function send(result: CommandResult): void {
  process.send?.(result);
}
