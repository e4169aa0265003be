import type { CopiedDatabase } from "../store/copy/copied-database.js";
import { type MoveReport, moveDatabase, releaseDatabase } from "../store/copy/move-database.js";
import { openCopiedFile } from "../store/libsql/copy/open-copied-file.js";
import { isPostgresUrl } from "../store/postgres/client/open-pool.js";
import { openCopiedPostgres } from "../store/postgres/copy/open-copied-postgres.js";
import type { Names } from "../store/postgres/text/names.js";
import type { Command, CommandContext } from "./command.js";
import type { CommandOutcome } from "./command-outcome.js";
import { parseArguments } from "./parse-arguments.js";
import { UsageError } from "./usage-error.js";
import { databaseOptions } from "./with-database.js";

/** Moves a database to another one, or releases a frozen one. */
export const copyCommand: Command = {
  synopsis: [
    "copy --from <url> --to <url> [--prepare] [--max-read-only 60] [--json]",
    "copy --from <url> --release [--json]",
  ],
  help: `Moves a database, file: to postgres:// or back, while its server runs. It copies all rows, makes the database read-only,
copies the changes, compares each row, and audits both. The database stays read-only until --release. A run that was
killed continues when the command is repeated.

  --prepare        copies only: the database accepts writes all the time
  --max-read-only  seconds after which the move is aborted, and the database accepts writes again
  --release        makes the database accept writes again
  --from-schema, --from-prefix, --to-schema, --to-prefix  as --schema and --prefix, for one end
  --json           { source, target, rows, estimatedMs, moved }; for --release { source, frozen }: the earlier state, or null`,
  failure: "Could not copy the database",
  run: copyDatabase,
};

interface CopyArguments {
  readonly from: string;
  /** `null` releases the source. */
  readonly to: string | null;
  readonly prepareOnly: boolean;
  readonly maxReadOnlyMs: number;
  /** Those of the tables, for an end in Postgres. */
  readonly names: { readonly from: Names; readonly to: Names };
  readonly json: boolean;
}

async function copyDatabase(args: readonly string[], context: CommandContext): Promise<CommandOutcome> {
  const parsed = parse(args);
  const source = await open(parsed.from, parsed.names.from);
  try {
    if (parsed.to === null) return await release(source, parsed);
    const target = await open(parsed.to, parsed.names.to);
    try {
      return await move(parsed, { source, target, context });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function move(
  { json, maxReadOnlyMs, prepareOnly }: CopyArguments,
  given: { readonly source: CopiedDatabase; readonly target: CopiedDatabase; readonly context: CommandContext },
): Promise<CommandOutcome> {
  const { context, source, target } = given;
  const report = await moveDatabase({
    source,
    target,
    run: crypto.randomUUID(),
    prepareOnly,
    maxReadOnlyMs,
    signal: context.signal ?? new AbortController().signal,
    report: context.report ?? (() => {}),
    now: () => performance.now(),
  });
  // Violations that the source has, too, do not change the result: it has moved.
  return { exitCode: 0, output: json ? `${JSON.stringify(report)}\n` : toLines(report), errors: "" };
}

async function release(source: CopiedDatabase, { json }: CopyArguments): Promise<CommandOutcome> {
  if ((await source.readSchema()) === null) throw new Error(`No Safelight tables in ${source.label}.`);
  const freeze = await releaseDatabase(source, crypto.randomUUID());
  if (json) {
    const frozen = freeze && { phase: freeze.phase, target: freeze.target };
    return { exitCode: 0, output: `${JSON.stringify({ source: source.label, frozen })}\n`, errors: "" };
  }
  const moved =
    freeze?.phase === "moved"
      ? ` It has a new timeline, so open pages load everything again. It lacks what was written to ${freeze.target} since the move.`
      : "";
  const again = freeze === null ? "" : " again";
  return { exitCode: 0, output: `${source.label} accepts writes${again}.${moved}\n`, errors: "" };
}

function open(url: string, names: Names): Promise<CopiedDatabase> {
  if (url.startsWith("file:")) return openCopiedFile(url);
  if (isPostgresUrl(url)) return openCopiedPostgres(url, names);
  // The URL may contain a password.
  throw new UsageError(`A URL to copy begins with file: or postgres://, not with "${url.split(":")[0]}".`);
}

function parse(args: readonly string[]): CopyArguments {
  const { positionals, values } = parseArguments(args, {
    ...databaseOptions,
    from: { type: "string" },
    to: { type: "string" },
    prepare: { type: "boolean", default: false },
    release: { type: "boolean", default: false },
    "max-read-only": { type: "string", default: "60" },
    "from-schema": { type: "string" },
    "from-prefix": { type: "string" },
    "to-schema": { type: "string" },
    "to-prefix": { type: "string" },
  });
  if (positionals.length > 0) throw new UsageError("Pass the databases with --from and --to.");
  const { from, json, prefix, prepare, schema, to } = values;
  const seconds = Number(values["max-read-only"]);
  if (from === undefined) throw new UsageError("Pass the database to copy: --from file:safelight.db");
  if (values.release && to !== undefined) throw new UsageError("Pass either --to or --release.");
  if (!values.release && to === undefined) throw new UsageError("Pass an empty database: --to postgres://user@host/db");
  if (!(seconds > 0 && seconds < 86_400)) throw new UsageError("--max-read-only must be a number of seconds.");
  const names = {
    from: { schema: values["from-schema"] ?? schema, prefix: values["from-prefix"] ?? prefix },
    to: { schema: values["to-schema"] ?? schema, prefix: values["to-prefix"] ?? prefix },
  };
  return { from, to: to ?? null, prepareOnly: prepare, maxReadOnlyMs: seconds * 1_000, names, json };
}

function toLines({ estimatedMs, moved, rows, source, target }: MoveReport): string {
  const width = Math.max(...Object.keys(rows).map(({ length }) => length));
  const lines = Object.entries(rows).map(([name, count]) => `${name.padEnd(width)}  ${count}`);
  const table = `${lines.join("\n")}\n`;
  if (moved === null) {
    return `${table}${target} is an unfinished copy, and ${source} accepts writes. The read-only phase will take about ${seconds(estimatedMs ?? 0)}.
Next: run the command without --prepare.\n`;
  }
  const { readOnlyMs, sums, violations } = moved;
  const audit = violations.map(({ check, detail, subject }) => `${check}  ${subject}  ${detail}\n`).join("");
  const books =
    violations.length === 0 ? "The ledger is consistent in both." : `${violations.length} violations, in both.`;
  return `${table}All rows are equal. Balances: ${sums.balances} credits; ledger entries: ${sums.entries}. ${books}
${audit}${source} was read-only for ${seconds(readOnlyMs)}, and stays read-only: it has moved to ${target}.
Next: connect the server to ${target}, and restart it. To undo the move: npx safelight copy --from <source URL> --release\n`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
