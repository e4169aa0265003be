import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { FoundOutput } from "../ports/store/media-key-store.js";
import type { Command } from "./command.js";
import { parseArguments } from "./parse-arguments.js";
import { toTextTable } from "./text-table.js";
import { UsageError } from "./usage-error.js";
import { databaseOptions, parseDatabase, withDatabase } from "./with-database.js";

/** Finds the generations that made a file. */
export const fileCommand: Command = {
  synopsis: ["file <url> <path or SHA-256> [--json]"],
  help: `Finds the generations that made a file, by its SHA-256: also deleted ones, until their owner is erased. Read-only. The file stays
on this machine.

  --json  { sha256, outputs }`,
  failure: "Could not find the file",
  async run(args, context) {
    const { positionals, values } = parseArguments(args, databaseOptions);
    const [url, file, ...more] = positionals;
    if (file === undefined || more.length > 0)
      throw new UsageError("Pass the URL of a database, and a file or its SHA-256.");
    const database = parseDatabase(url === undefined ? [] : [url], values);
    const sha256 = /^[\da-f]{64}$/i.test(file) ? file.toLowerCase() : await sha256OfFile(file);
    return withDatabase({ ...database, isReadonly: true, context }, async (store) => {
      const found = await store.findOutputsBySha256(sha256);
      const outputs = found.toSorted((one, other) => one.createdAt - other.createdAt || one.index - other.index);
      const output = values.json ? `${JSON.stringify({ sha256, outputs })}\n` : toText(outputs);
      return { exitCode: 0, output, errors: "" };
    });
  },
};

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

function toText(outputs: readonly FoundOutput[]): string {
  if (outputs.length === 0) return "No output is this file, byte for byte.\n";
  const rows = outputs.map(({ createdAt, deletedAt, generationId, index, model, ownerId }) => [
    generationId,
    index,
    model,
    ownerId,
    new Date(createdAt).toISOString(),
    deletedAt === null ? "" : `deleted on ${new Date(deletedAt).toISOString()}`,
  ]);
  return toTextTable([["id", "output", "model", "owner", "submitted", ""], ...rows]);
}
