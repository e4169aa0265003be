import { userInfo } from "node:os";
import type { Store } from "../../ports/store/store.js";
import { fileStorage } from "../../storage/file-storage.js";
import type { Command, CommandContext } from "../command.js";
import type { CommandOutcome } from "../command-outcome.js";
import { parseArguments, parseWhole } from "../parse-arguments.js";
import { databaseOptions, openCommandDatabase, parseDatabase } from "../with-database.js";

/** Serves the operator page on a database without the host's code, until the process ends. */
export const adminCommand: Command = {
  synopsis: ["admin <url> [--port 4983] [--write] [--storage ./media] [--json]"],
  help: `Serves the operator page on 127.0.0.1, and prints an address that works once. Read-only unless --write.

  --port     the port; 0 for a free one
  --write    also permits actions, except a retry, which needs the models of the server
  --storage  the media folder, to show outputs after a reveal
  --json     { url }`,
  failure: "Could not open the operator page",
  async run(args, context) {
    const { positionals, values } = parseArguments(args, {
      ...databaseOptions,
      port: { type: "string", default: "4983" },
      write: { type: "boolean", default: false },
      storage: { type: "string" },
    });
    const port = parseWhole(values.port, { name: "--port", min: 0, max: 65_535 });
    const opened = await openCommandDatabase({
      ...parseDatabase(positionals, values),
      isReadonly: !values.write,
      context,
    });
    const { label, movedTo, store } = opened;
    try {
      if (movedTo !== null) throw new Error(`${label} has moved to ${movedTo}: open that one`);
      const options = { store, port, mayWrite: values.write, folder: values.storage ?? null, context };
      const { close, url } = await serve(options);
      const mode = values.write ? "Actions are permitted and recorded." : "Read-only: --write permits actions.";
      const text = `${url}\nThe address of the operator page of ${label} works once. ${mode}\n`;
      return { exitCode: 0, output: values.json ? `${JSON.stringify({ url })}\n` : text, errors: "", close };
    } catch (error) {
      await store.close();
      throw error;
    }
  },
};

async function serve(options: {
  readonly store: Store;
  readonly port: number;
  readonly mayWrite: boolean;
  readonly folder: string | null;
  readonly context: CommandContext;
}): Promise<{ readonly url: string } & Required<Pick<CommandOutcome, "close">>> {
  const { context, folder, mayWrite, port, store } = options;
  // Loaded here, because the other commands work without `hono`.
  const { startAdminServer } = await import("./start-admin-server.js");
  const secret = context.variables?.SAFELIGHT_SECRET;
  const server = await startAdminServer({
    ...{ store, port, mayWrite },
    storage: folder === null ? null : fileStorage(folder),
    actor: `${userInfo().username} (command line)`,
    secret: secret === undefined || secret === "" ? null : secret,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") throw new Error(`port ${port} is in use: choose another one with --port`);
    throw error;
  });
  const close = async () => {
    await server.close();
    await store.close();
  };
  return { url: server.url, close };
}
