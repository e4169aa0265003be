import { parseArgs } from "node:util";
import type { AuditViolation, CostRecord } from "../ports/store/credits-store.js";
import type { Store } from "../ports/store/store.js";
import { StoreUnavailable } from "../ports/store/store-unavailable.js";
import { openExistingStore } from "../store/libsql/open-existing-store.js";
import { isPostgresUrl } from "../store/postgres/client/open-pool.js";
import { openExistingPostgres } from "../store/postgres/open-existing-postgres.js";
import type { CommandOutcome } from "./command-outcome.js";
import { type CommandContext, copyDatabase } from "./copy-database.js";
import { serveDatabase } from "./serve-database.js";
import { sweepFolder } from "./sweep-folder.js";

const usage = `safelight audit <url> [--json]
safelight costs <url> [--from 2026-11-01] [--to 2026-12-01] [--json]
safelight sweep <url> --media <folder> [--grace-days 7] [--dry-run] [--json]
safelight restored <url>
safelight serve <url> [--port 8080]
safelight copy --from <url> --to <url> [--prepare] [--max-read-only 60] [--json]
safelight copy --from <url> --release
Each command but serve takes [--schema public] [--prefix safelight_] for Postgres.

audit recomputes every balance and every resolution from the ledger and lists each violation.
costs sums the vendors' charges by model, vendor and unit, with the credits that were kept.
Both are read-only.
sweep removes the files of a media folder that no row of the database refers to. It never writes to the database.
restored starts a new timeline in a database that was restored from a backup: open pages load everything again.
serve makes a database file available over HTTP on 127.0.0.1, like a libSQL server: for development, without a token.
copy moves a database, file: to postgres:// or back, while its server runs. It copies all rows, makes the database read-only,
copies the changes, compares each row, and audits both. The database stays read-only until --release. A run that was
killed continues when the command is repeated.

  <url>   file:safelight.db, postgres://user@host/db, or the address of a libSQL server, whose token is read from
          SAFELIGHT_AUTH_TOKEN. Postgres needs the package pg in your project
  --from  the first day, by the submit time of a generation; may have a time, in UTC
  --to    the day after the last; may have a time, in UTC
  --media       the folder of fileStorage
  --grace-days  days that a file stays after it was stored; at least 1
  --dry-run     lists the files that no row refers to, removes none
  --prepare        copies only: the database accepts writes all the time
  --max-read-only  seconds after which the move is aborted, and the database accepts writes again
  --schema, --prefix  those of the tables in Postgres; --from-schema, --from-prefix, --to-schema and --to-prefix for one end
  --port  the port of serve; 0 for a free one
  --json  a list of { check, subject, detail } or { model, providerId, unit, attempts, amount, credits }; for sweep one
          { inUse, recent, foreign, orphans: [{ key, byteLength, storedAt }], removed }

Exit code: 0 on success; 1 if the command audit found violations; 2 if the command failed, or read a database that has moved.
`;

/**
 * Runs the command line.
 *
 * @param args the arguments after the program's name.
 */
export async function runCommand(
  args: readonly string[],
  environment: CommandContext & { readonly SAFELIGHT_AUTH_TOKEN?: string | undefined },
): Promise<CommandOutcome> {
  if (args[0] === "copy" && !args.includes("--help") && !args.includes("-h"))
    return runCopy(args.slice(1), environment);
  const parsed = parse(args);
  if (typeof parsed === "string") return { exitCode: 2, output: "", errors: `${parsed}\n\n${usage}` };
  if (parsed.help) return { exitCode: 0, output: usage, errors: "" };
  try {
    if (parsed.command === "serve") return await serveDatabase(parsed);
    const command = commands[parsed.command];
    const authToken = environment.SAFELIGHT_AUTH_TOKEN;
    const isReadonly = parsed.command !== "restored";
    const { store, label, movedTo } = await open({ ...parsed, authToken, isReadonly });
    try {
      const outcome = await command(store, { ...parsed, label });
      if (movedTo === null) return outcome;
      const errors = `${outcome.errors}${label} has moved to ${movedTo}: this is its state before the move.\n`;
      return { ...outcome, exitCode: 2, errors };
    } finally {
      await store.close();
    }
  } catch (error) {
    return { exitCode: 2, output: "", errors: `${failures[parsed.command]}: ${reasonOf(error)}\n` };
  }
}

async function runCopy(args: readonly string[], context: CommandContext): Promise<CommandOutcome> {
  try {
    return await copyDatabase(args, context);
  } catch (error) {
    const advice = error instanceof TypeError ? `\n\n${usage}` : "\n";
    return { exitCode: 2, output: "", errors: `Could not copy the database: ${reasonOf(error)}${advice}` };
  }
}

const commands = { audit, costs: listCosts, restored: startTimeline, sweep: sweepFolder };

/** Start of the message when a command failed. */
const failures = {
  audit: "Could not read the ledger",
  costs: "Could not read the ledger",
  restored: "Could not start a new timeline",
  sweep: "Could not sweep the media",
  serve: "Could not serve the database",
};

interface Arguments {
  readonly command: keyof typeof failures;
  readonly url: string;
  /** Of the tables in Postgres. */
  readonly names: { readonly schema: string; readonly prefix: string };
  /** Epoch milliseconds; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  /** Folder of the media; empty except for `sweep`. */
  readonly media: string;
  readonly graceDays: number;
  readonly dryRun: boolean;
  /** For `serve`. */
  readonly port: number;
  readonly json: boolean;
  readonly help: boolean;
}

/** Returns the parsed arguments, or an error message. */
function parse(args: readonly string[]): Arguments | string {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        from: { type: "string", default: "1970-01-01" },
        to: { type: "string", default: "9999-12-31" },
        media: { type: "string", default: "" },
        "grace-days": { type: "string", default: "7" },
        port: { type: "string", default: "8080" },
        schema: { type: "string", default: "public" },
        prefix: { type: "string", default: "safelight_" },
        "dry-run": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const [command, url, ...more] = positionals;
    const { help, json, media, prefix, schema, "dry-run": dryRun, "grace-days": days } = values;
    const graceDays = Number(days);
    const [from, to] = [Date.parse(values.from), Date.parse(values.to)];
    const port = Number(values.port);
    const options = { names: { schema, prefix }, from, to, media, graceDays, dryRun, port, json, help };
    if (help) return { command: "audit", url: "", ...options };
    if (!isCommand(command)) {
      return command === undefined ? "No command given." : `Unknown command "${command}".`;
    }
    if (Number.isNaN(from) || Number.isNaN(to)) return "--from and --to must be days such as 2026-11-01.";
    if (url === undefined || more.length > 0) return "Pass the URL of one database.";
    if (!isUrl(url)) return `"${url}" is not a URL. For a file, use file:${url}`;
    if (command === "serve" && !url.startsWith("file:")) return "serve needs a file, such as file:local.db.";
    if (command === "sweep" && media === "") return "Pass the folder of the media: --media ./media";
    if (!(graceDays >= 1)) return "--grace-days must be a number of days, at least 1.";
    if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) return "--port must be a number from 0 to 65535.";
    return { command, url, ...options };
  } catch (error) {
    return messageOf(error);
  }
}

function isCommand(text: string | undefined): text is Arguments["command"] {
  return text !== undefined && Object.hasOwn(failures, text);
}

/** One letter before the colon is a Windows drive, not a scheme. */
function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(text);
}

function open(options: Parameters<typeof openExistingStore>[0] & Parameters<typeof openExistingPostgres>[0]) {
  return isPostgresUrl(options.url) ? openExistingPostgres(options) : openExistingStore(options);
}

async function audit(store: Store, { json }: Arguments): Promise<CommandOutcome> {
  const violations = await store.audit();
  const output = json ? `${JSON.stringify(violations)}\n` : toLines(violations);
  return { exitCode: violations.length === 0 ? 0 : 1, output, errors: "" };
}

async function listCosts(store: Store, { from, json, to }: Arguments): Promise<CommandOutcome> {
  const costs = await store.readCosts({ from, to });
  return { exitCode: 0, output: json ? `${JSON.stringify(costs)}\n` : toTable(costs), errors: "" };
}

async function startTimeline(store: Store, { label }: { readonly label: string }): Promise<CommandOutcome> {
  const timeline = await store.startTimeline();
  return {
    exitCode: 0,
    output: `${label} has the new timeline ${timeline}. Open pages load everything again.\n`,
    errors: "",
  };
}

function toTable(costs: readonly CostRecord[]): string {
  if (costs.length === 0) return "No vendor was called in this period.\n";
  const rows = costs.map(({ model, providerId, unit, attempts, amount, credits }) =>
    unit === null
      ? [model, providerId, attempts, "-", "not reported", credits]
      : [model, providerId, attempts, amount, unit, credits],
  );
  const cells = [["model", "vendor", "attempts", "charged", "unit", "credits kept"], ...rows].map((row) =>
    row.map(String),
  );
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

function toLines(violations: readonly AuditViolation[]): string {
  if (violations.length === 0) return "The ledger is consistent.\n";
  const lines = violations.map(({ check, subject, detail }) => `${check}  ${subject}  ${detail}\n`);
  return `${lines.join("")}${violations.length} violations.\n`;
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
