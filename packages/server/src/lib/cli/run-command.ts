import { parseArgs } from "node:util";
import type { AuditViolation, CostRecord } from "../ports/store/credits-store.js";
import type { Store } from "../ports/store/store.js";
import { StoreUnavailable } from "../ports/store/store-unavailable.js";
import { openExistingStore } from "../store/libsql/open-existing-store.js";
import type { CommandOutcome } from "./command-outcome.js";
import { sweepFolder } from "./sweep-folder.js";

const usage = `safelight audit <url> [--json]
safelight costs <url> [--from 2026-11-01] [--to 2026-12-01] [--json]
safelight sweep <url> --media <folder> [--grace-days 7] [--dry-run] [--json]

audit recomputes every balance and every resolution from the ledger and lists what does not add up.
costs adds up what vendors charged, by model, vendor and unit, beside the credits that were kept.
Both read only.
sweep removes the files of a media folder that no row of the database refers to. It never writes to the database.

  <url>   file:safelight.db, or the address of a libSQL server; its token is read from SAFELIGHT_AUTH_TOKEN
  --from  the first day that is counted, by when a generation was submitted; also with a time, in UTC
  --to    the first day that is not counted any more
  --media       the folder of fileStorage
  --grace-days  how many days a file stays after it was stored; at least 1
  --dry-run     lists the files that no row refers to, and removes none
  --json  a list of { check, subject, detail }, or of { model, providerId, unit, attempts, amount, credits }; of sweep one
          { inUse, recent, foreign, orphans: [{ key, byteLength, storedAt }], removed }

audit ends with 0 when the books are right, 1 when they are not. costs and sweep end with 0 when they are done. All end
with 2 when they could not do it.
`;

/**
 * Runs the command line.
 *
 * @param args what stands after the program's name.
 */
export async function runCommand(
  args: readonly string[],
  environment: { readonly SAFELIGHT_AUTH_TOKEN?: string | undefined },
): Promise<CommandOutcome> {
  const parsed = parse(args);
  if (typeof parsed === "string") return { exitCode: 2, output: "", errors: `${parsed}\n\n${usage}` };
  if (parsed.help) return { exitCode: 0, output: usage, errors: "" };
  try {
    return await withStore({ url: parsed.url, authToken: environment.SAFELIGHT_AUTH_TOKEN }, (store) =>
      commands[parsed.command](store, parsed),
    );
  } catch (error) {
    const failed = parsed.command === "sweep" ? "The media could not be swept" : "The books could not be read";
    return { exitCode: 2, output: "", errors: `${failed}: ${reasonOf(error)}\n` };
  }
}

const commands = { audit, costs: listCosts, sweep: sweepFolder };

interface Arguments {
  readonly command: keyof typeof commands;
  readonly url: string;
  /** Epoch milliseconds; `to` is not included. */
  readonly from: number;
  readonly to: number;
  /** Empty except for `sweep`. */
  readonly media: string;
  readonly graceDays: number;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** Answers what is wrong with them where something is. */
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
        "dry-run": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const [command, url, ...more] = positionals;
    const { help, json, media, "dry-run": dryRun, "grace-days": days } = values;
    const graceDays = Number(days);
    const [from, to] = [Date.parse(values.from), Date.parse(values.to)];
    const options = { from, to, media, graceDays, dryRun, json, help };
    if (help) return { command: "audit", url: "", ...options };
    if (!isCommand(command)) {
      return command === undefined ? "Say what to do." : `There is no command "${command}".`;
    }
    if (Number.isNaN(from) || Number.isNaN(to)) return "--from and --to are days such as 2026-11-01.";
    if (url === undefined || more.length > 0) return "Give the URL of one database.";
    if (!isUrl(url)) return `"${url}" is no URL. A file is named by file:${url}`;
    if (command === "sweep" && media === "") return "Name the folder of the media: --media ./media";
    if (!(graceDays >= 1)) return "--grace-days is a number of days, at least 1.";
    return { command, url, ...options };
  } catch (error) {
    return messageOf(error);
  }
}

function isCommand(text: string | undefined): text is Arguments["command"] {
  return text !== undefined && Object.hasOwn(commands, text);
}

/** One letter and a colon is a drive. */
function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(text);
}

async function withStore(
  database: { readonly url: string; readonly authToken: string | undefined },
  read: (store: Store) => Promise<CommandOutcome>,
): Promise<CommandOutcome> {
  const store = await openExistingStore(database);
  try {
    return await read(store);
  } finally {
    await store.close();
  }
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

function toTable(costs: readonly CostRecord[]): string {
  if (costs.length === 0) return "Nothing was asked of any vendor in this time.\n";
  const rows = costs.map(({ model, providerId, unit, attempts, amount, credits }) =>
    unit === null
      ? [model, providerId, attempts, "-", "not told", credits]
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
  if (violations.length === 0) return "The books are right.\n";
  const lines = violations.map(({ check, subject, detail }) => `${check}  ${subject}  ${detail}\n`);
  return `${lines.join("")}${violations.length} violations.\n`;
}

/** With what lies behind it, which says what to do where the store only says that it could not. */
function reasonOf(error: unknown): string {
  if (!(error instanceof StoreUnavailable) || error.cause === undefined) return messageOf(error);
  return `${error.message} (${messageOf(error.cause)})`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
