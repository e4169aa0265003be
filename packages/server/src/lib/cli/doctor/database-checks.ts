import type { OperatorOverview } from "../../ports/store/operator-counts.js";
import { SchemaTooNew } from "../../ports/store/schema-too-new.js";
import type { Store } from "../../ports/store/store.js";
import type { InspectedDatabase } from "../../store/schema/schema-report.js";
import type { CommandContext } from "../command.js";
import { inspect } from "../migrate-database.js";
import type { DatabaseArguments } from "../with-database.js";
import { type Finding, finding } from "./finding.js";

const dayMs = 86_400_000;
const maxClockDifferenceMs = 60_000;
/** Longer than a worker sleeps. */
const maxDueMs = 60_000;

/**
 * Checks a database: its schema, its clock, its ledger and its work. Read-only.
 *
 * @param options.now epoch milliseconds of this machine.
 */
export async function checkDatabase(
  options: DatabaseArguments & { readonly context: CommandContext; readonly now: () => number },
): Promise<readonly Finding[]> {
  let database: InspectedDatabase;
  try {
    database = await inspect({ ...options, isReadonly: true });
  } catch (error) {
    return [toFinding(error)];
  }
  const { store } = database;
  if (store === null) return [withoutTables(database.label, "does not exist")];
  try {
    const findings = checkSchema(database);
    // The reads below need the whole schema.
    return findings.length > 0 ? findings : await checkRows(store, { label: database.label, now: options.now });
  } catch (error) {
    return [toFinding(error)];
  } finally {
    await store.close();
  }
}

function toFinding(error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SchemaTooNew) {
    return finding("schema-unusable", { message, fix: "Upgrade @safelight/server in every process." });
  }
  if (error instanceof Error && "code" in error && error.code === "schema_unreleased") {
    return finding("schema-unusable", { message, fix: "Create a new database." });
  }
  const fix = "Check the URL, the server of the database and the file.";
  return finding("database-unreachable", { message: `The database cannot be read: ${message}`, fix });
}

function checkSchema({ hasTables, label, missing, movedTo, pending }: InspectedDatabase): readonly Finding[] {
  if (missing !== null) {
    const message = `Another tool removed parts of the schema of ${label}: ${missing}.`;
    const fix = 'Restore a backup from before that; with drizzle-kit, set tablesFilter: ["!safelight_*"].';
    return [finding("schema-parts-missing", { message, fix })];
  }
  if (!hasTables) return [withoutTables(label, "has no Safelight tables")];
  if (movedTo !== null) {
    return [
      finding("database-moved", {
        message: `${label} has moved to ${movedTo}.`,
        fix: "Use the URL of the new database.",
      }),
    ];
  }
  if (pending.length === 0) return [];
  const names = pending.map(({ id, name }) => `${id} (${name})`).join(", ");
  const message = `${label} lacks migration ${names}.`;
  return [finding("schema-pending", { message, fix: "Start the server, or run `npx safelight migrate <url>`." })];
}

function withoutTables(label: string, state: string): Finding {
  const fix = "Check the URL, --schema and --prefix; create the tables with `npx safelight migrate <url>`.";
  return finding("no-tables", { message: `${label} ${state}.`, fix });
}

async function checkRows(
  store: Store,
  { label, now }: { readonly label: string; readonly now: () => number },
): Promise<readonly Finding[]> {
  const overview = await store.readOverview({ from: now() - dayMs, intervalMs: dayMs, scanLimit: 10_000 });
  const unserved = await store.unservedModels({ forMs: maxDueMs });
  return [
    ...checkClock(label, overview.now - now()),
    ...checkLedger(await store.audit()),
    ...checkQueue(unserved),
    ...checkGenerations(overview),
  ];
}

function checkClock(label: string, differenceMs: number): readonly Finding[] {
  if (Math.abs(differenceMs) <= maxClockDifferenceMs) return [];
  const seconds = Math.round(Math.abs(differenceMs) / 1_000);
  const message = `The clock of ${label} is ${seconds} s ${differenceMs > 0 ? "ahead of" : "behind"} this machine's.`;
  return [finding("database-clock", { message, fix: "Synchronize both clocks with NTP." })];
}

function checkLedger(violations: Awaited<ReturnType<Store["audit"]>>): readonly Finding[] {
  const [first] = violations;
  if (first === undefined) return [];
  const message = `The audit found ${violations.length} violations, such as ${first.check} of ${first.subject}: ${first.detail}.`;
  return [finding("ledger", { message, fix: "List them with `npx safelight audit <url>`." })];
}

function checkQueue(unserved: readonly string[]): readonly Finding[] {
  if (unserved.length === 0) return [];
  const models = unserved.join(", ");
  const message = `No worker has claimed a generation of these models for over ${maxDueMs / 1_000} s: ${models}.`;
  return [finding("unclaimed", { message, fix: "Start a worker that has the model: safelight.worker.start()." })];
}

function checkGenerations({ active, outcomes }: OperatorOverview): readonly Finding[] {
  const stuck = active.reduce((sum, row) => sum + row.stuck, 0);
  const countOf = (code: string) =>
    outcomes.reduce((sum, { count, failureCode }) => sum + (failureCode === code ? count : 0), 0);
  const unknown = countOf("outcome_unknown");
  const misconfigured = countOf("provider_misconfigured");
  const findings: Finding[] = [];
  if (stuck > 0) {
    const fix =
      'List them with `npx safelight ls <url> --stuck`. On the operator page, press "Retry now" or end them; a storing one cannot be ended: mend the error that its page and the log name.';
    findings.push(finding("stuck", { message: `${stuck} active generations make no progress.`, fix }));
  }
  if (unknown > 0) {
    const message = `${unknown} paid requests of the last 24 hours have an unknown outcome.`;
    findings.push(finding("unknown-outcomes", { message, fix: "Compare them with the provider's invoice." }));
  }
  if (misconfigured > 0) {
    const message = `A provider refused ${misconfigured} generations of the last 24 hours: its key, its account or its model.`;
    const fix = "Correct what the server's log names, such as the API key.";
    findings.push(finding("provider-misconfigured", { message, fix }));
  }
  return findings;
}
