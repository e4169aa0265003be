import { stat } from "node:fs/promises";
import { formatBytes } from "../bytes/format-bytes.js";
import type { MediaKeyStore } from "../ports/store/media-key-store.js";
import { type SweepReport, sweepMedia } from "../service/media/sweep-media.js";
import { fileStorage } from "../storage/file-storage.js";
import type { Command } from "./command.js";
import type { CommandOutcome } from "./command-outcome.js";
import { parseArguments } from "./parse-arguments.js";
import { UsageError } from "./usage-error.js";
import { databaseOptions, parseDatabase, withDatabase } from "./with-database.js";

const dayMs = 86_400_000;

/** Removes media without a row. */
export const sweepCommand: Command = {
  synopsis: ["sweep <url> --media <folder> [--grace-days 7] [--dry-run] [--json]"],
  help: `Removes the files of a media folder that no row of the database refers to. It never writes to the database.

  --media       the folder of fileStorage
  --grace-days  days that a file stays after it was stored; at least 1
  --dry-run     lists the files that no row refers to, removes none
  --json        { inUse, recent, foreign, orphans: [{ key, byteLength, storedAt }], removed }`,
  failure: "Could not sweep the media",
  async run(args, context) {
    const { positionals, values } = parseArguments(args, {
      ...databaseOptions,
      media: { type: "string", default: "" },
      "grace-days": { type: "string", default: "7" },
      "dry-run": { type: "boolean", default: false },
    });
    const database = parseDatabase(positionals, values);
    const { "dry-run": dryRun, "grace-days": days, json, media } = values;
    if (media === "") throw new UsageError("Pass the folder of the media: --media ./media");
    const graceDays = Number(days);
    if (!(graceDays >= 1)) throw new UsageError("--grace-days must be a number of days, at least 1.");
    return withDatabase({ ...database, isReadonly: true, context }, (store) =>
      sweepFolder(store, { dryRun, graceDays, json, media }),
    );
  },
};

interface SweepArguments {
  readonly media: string;
  readonly graceDays: number;
  readonly dryRun: boolean;
  readonly json: boolean;
}

async function sweepFolder(
  store: MediaKeyStore,
  { dryRun, graceDays, json, media }: SweepArguments,
): Promise<CommandOutcome> {
  // `fileStorage` treats a missing folder as empty, because its first `put` creates the folder.
  const found = await stat(media).catch(() => null);
  if (!found?.isDirectory()) throw new TypeError(`There is no folder ${media}.`);
  const report = await sweepMedia(
    { storage: fileStorage(media), store, now: Date.now() },
    { graceMs: graceDays * dayMs, dryRun },
  );
  return {
    exitCode: 0,
    output: json ? `${JSON.stringify(report)}\n` : toLines(report, { dryRun, graceDays }),
    errors: "",
  };
}

function toLines(
  { foreign, inUse, orphans, recent, removed }: SweepReport,
  { dryRun, graceDays }: Pick<SweepArguments, "dryRun" | "graceDays">,
): string {
  const listed = orphans.map(
    ({ key, byteLength, storedAt }) => `${key}  ${byteLength}  ${new Date(storedAt).toISOString()}\n`,
  );
  const size = formatBytes(orphans.reduce((sum, { byteLength }) => sum + byteLength, 0));
  return `${listed.join("")}${orphans.length} files without a row (${size}), ${dryRun ? "none" : removed} removed.
${inUse} in use, ${recent} without a row but younger than ${graceDays} days, ${foreign} not written by Safelight.
`;
}
