import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { libsqlStore } from "./libsql-store.js";
import * as advance from "./statements/advance.js";
import * as claim from "./statements/claim.js";
import * as credits from "./statements/credits.js";
import * as ended from "./statements/ended.js";
import * as erase from "./statements/erase.js";
import * as inputs from "./statements/inputs.js";
import * as notices from "./statements/notices.js";
import * as outbox from "./statements/outbox.js";
import * as ownerReads from "./statements/owner-reads.js";
import * as ownerWrites from "./statements/owner-writes.js";
import * as progress from "./statements/progress.js";
import * as retention from "./statements/retention.js";
import * as settle from "./statements/settle.js";
import * as submit from "./statements/submit.js";
import * as timings from "./statements/timings.js";
import * as transfer from "./statements/transfer.js";
import * as webhooks from "./statements/webhooks.js";

const parkStates = ["queued", "running", "storing", "retry_wait", "reconciling"] as const;
const statuses = [null, "pending", "processing", "completed", "failed", "canceled"];

/** Every statement of every command, by where it is from. The audit is left out: it reads all rows on purpose. */
const statements = Object.entries({
  ...constants({
    ...advance,
    ...claim,
    ...credits,
    ...ended,
    ...erase,
    ...inputs,
    ...notices,
    ...outbox,
    ...ownerReads,
    ...ownerWrites,
    ...progress,
    ...retention,
    ...settle,
    ...submit,
    ...timings,
    ...webhooks,
  }),
  ...Object.fromEntries(parkStates.map((state) => [`park ${state}`, advance.parkStatements(state)])),
  "transfer move": transfer.transferStatements("move"),
  "transfer leave": transfer.transferStatements("leave"),
  ...Object.fromEntries(
    (["completed", "failed", "canceled"] as const).map((state) => [`settle ${state}`, settle.settleStatements(state)]),
  ),
  ...Object.fromEntries(statuses.map((status) => [`list ${status}`, ownerReads.listStatements(status)])),
}).flatMap(([name, list]) => list.map((sql, index) => ({ name: `${name} ${index}`, sql })));

/** What grows with the number of generations. */
const scansGrowingTable = /^SCAN (safelight_\w+|g|a|o|s|owner|account|submission|debit|entry)\b/;

/** Scans that stop early: at the first item that this worker can do. */
const scansFew: Readonly<Record<string, readonly string[]>> = {
  "nextDueStatement 0": ["SCAN safelight_outbox USING INDEX safelight_outbox_due"],
};

/** Sorts what one command marked, which its ids bound, or what one owner gives away. */
const sortsFew = ["markSeenStatements 1", "purgeGenerationsStatements 5", "transfer move 12", "transfer leave 5"];

describe("the plan of every statement", () => {
  let database: Database.Database;

  beforeAll(async () => {
    const path = join(await mkdtemp(join(tmpdir(), "safelight-plans-")), "test.db");
    const store = libsqlStore({ url: `file:${path}` });
    await store.migrate();
    await store.close();
    database = new Database(path);
  });

  afterAll(() => database.close());

  it("covers the statements", () => expect(statements.length).toBeGreaterThan(80));

  it.each(statements)("$name uses an index", ({ name, sql }) => {
    const plan = database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all({})
      .map((row) => String(Object(row).detail));
    expect(plan.filter((step) => scansGrowingTable.test(step))).toEqual(scansFew[name] ?? []);
    if (sortsFew.includes(name)) return;
    expect(plan.filter((step) => step.startsWith("USE TEMP B-TREE FOR ORDER BY"))).toEqual([]);
  });
});

function constants(module: Readonly<Record<string, unknown>>): Record<string, readonly string[]> {
  const lists: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(module)) {
    if (typeof value === "string") lists[name] = [value];
    else if (Array.isArray(value)) lists[name] = value;
  }
  return lists;
}
