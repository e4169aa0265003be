import { fileOf } from "../store/libsql/executor/file-of.js";
import type { CommandOutcome } from "./command-outcome.js";

/**
 * Serves a database file to programs of this machine, such as `wrangler dev`, until the process ends.
 *
 * @param options.port 0 for a free one.
 */
export async function serveDatabase(options: { readonly url: string; readonly port: number }): Promise<CommandOutcome> {
  const path = fileOf(options.url);
  // Loaded here, because the other commands work without the `libsql` driver.
  const { startLibsqlServer } = await import("../store/libsql-server/libsql-server.js");
  const server = await startLibsqlServer({ path, port: options.port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") throw new Error(`port ${options.port} is in use: choose another one with --port`);
    throw error;
  });
  const output = `${server.url} serves ${path}. For development: it has no token, and listens on this machine only.\n`;
  return { exitCode: 0, output, errors: "", close: () => server.close() };
}
