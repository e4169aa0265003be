import { fileOf } from "../store/libsql/executor/file-of.js";
import type { Command } from "./command.js";
import type { CommandOutcome } from "./command-outcome.js";
import { parseArguments, parseWhole } from "./parse-arguments.js";
import { UsageError } from "./usage-error.js";
import { databaseOptions, parseDatabase } from "./with-database.js";

/** Serves a database file to programs of this machine, such as `wrangler dev`, until the process ends. */
export const serveCommand: Command = {
  synopsis: ["serve <url> [--port 8080] [--json]"],
  help: `Makes a database file available over HTTP on 127.0.0.1, like a libSQL server: for development, without a token.

  --port  the port; 0 for a free one
  --json  { url, file }`,
  failure: "Could not serve the database",
  async run(args) {
    const { positionals, values } = parseArguments(args, {
      ...databaseOptions,
      port: { type: "string", default: "8080" },
    });
    const { url } = parseDatabase(positionals, values);
    if (!url.startsWith("file:")) throw new UsageError("serve needs a file, such as file:local.db.");
    const port = parseWhole(values.port, { name: "--port", min: 0, max: 65_535 });
    return serve({ file: fileOf(url), port, json: values.json });
  },
};

async function serve(options: {
  readonly file: string;
  readonly port: number;
  readonly json: boolean;
}): Promise<CommandOutcome> {
  const { file, json, port } = options;
  // Loaded here, because the other commands work without the `libsql` driver.
  const { startLibsqlServer } = await import("../store/libsql-server/libsql-server.js");
  const server = await startLibsqlServer({ path: file, port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE") throw new Error(`port ${port} is in use: choose another one with --port`);
    throw error;
  });
  const { url } = server;
  const text = `${url} serves ${file}. For development: it has no token, and listens on this machine only.\n`;
  const output = json ? `${JSON.stringify({ url, file })}\n` : text;
  return { exitCode: 0, output, errors: "", close: () => server.close() };
}
