import { stat } from "node:fs/promises";
import { formatBytes } from "../bytes/format-bytes.js";
import type { MediaKeyStore } from "../ports/store/media-key-store.js";
import { type SweepReport, sweepMedia } from "../service/media/sweep-media.js";
import { fileStorage } from "../storage/file-storage.js";
import type { CommandOutcome } from "./command-outcome.js";

const dayMs = 86_400_000;

/** Arguments of the command `sweep`. */
export interface SweepArguments {
  readonly media: string;
  readonly graceDays: number;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Removes the files of a media folder that no row refers to; a dry run only lists them. */
export async function sweepFolder(
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
