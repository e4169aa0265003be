import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { otherFiles } from "../../../../test/plans/other-files.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { numberParameters } from "./executor/bind-arguments.js";
import { libsqlStore } from "./libsql-store.js";
import { migrations } from "./schema/migrations.js";

/** All arguments of each function that builds statements. */
const argumentsOf: Readonly<Record<string, readonly unknown[]>> = {
  parkStatements: ["queued", "running", "storing", "retry_wait", "reconciling"],
  transferStatements: ["move", "leave"],
  settleStatements: ["completed", "failed", "canceled"],
};

/** Exports of the statements folder that are not statements: parts of statements, and constants. */
const parts = [
  "activeModels",
  "adjustWith",
  "allows",
  "attemptColumns",
  "createAccountWhere",
  "dropInputsWhere",
  "dropReplacedPreview",
  "expiresFirst",
  "generationColumns",
  "inputColumns",
  "isAdmitted",
  "isIdle",
  "isScheduled",
  "isShared",
  "isTaken",
  "keyExpiresAt",
  "maxBalance",
  "nextTurn",
  "noticeColumns",
  "pairDueAt",
  "hostStepsOf",
  "possibleRefunds",
  "progressColumns",
  "rateTat",
  "resolveDebit",
  "settleGuards",
  "startsAt",
  "recorded",
  "submitGuards",
  "submitManyGuards",
  "submitWith",
  "timeline",
  "toTransferKey",
  "transferKey",
  "waitingPairs",
];

/** These read all rows on purpose, on request of the host. */
const readsAll = ["auditChecks", "findKeysInUseStatements", "readCosts"];

/** Scans that stop early: at a limit, or at the first item that this worker can process. */
const scansFew: Readonly<Record<string, readonly string[]>> = {
  "eraseOwnerStatements 1": ["SCAN safelight_erased_owners"],
  "readActiveStatement 0": ["SCAN g USING INDEX safelight_generations_waiting"],
  "findActive 0": ["SCAN g USING INDEX safelight_generations_waiting"],
  "findErasuresStatement 0": ["SCAN sqlite_master"],
  "nextDueStatement 0": ["SCAN safelight_outbox USING INDEX safelight_outbox_due"],
  "readQueueStatement 0": [
    "SCAN safelight_generations USING INDEX safelight_generations_waiting",
    "SCAN safelight_outbox USING COVERING INDEX safelight_outbox_due",
  ],
  "listDeliveriesStatement 0": ["SCAN safelight_outbox USING INDEX safelight_outbox_due"],
  "countDeliveriesStatement 0": ["SCAN safelight_outbox USING INDEX safelight_outbox_due"],
  "scanActive 0": ["SCAN g USING INDEX safelight_generations_waiting"],
};

const sort = (what: string): string => `USE TEMP B-TREE FOR ${what}`;

/**
 * Small sorts of: rows that one command marked, bounded by its ids; rows that one owner transfers or has active; notices of
 * one owner; buckets of a few models; webhooks for one generation; the rows of a search or count of operators, up to its limit;
 * the generations of one bulk or group; the first rows of a few gates; the candidates of one claim.
 */
const sortsFew: Readonly<Record<string, readonly string[]>> = {
  "chargeGatesStatement 0": [sort("GROUP BY")],
  "claimFirstWithLimitsStatements 0": [sort("ORDER BY")],
  "claimFirstWithLimitsStatements 1": [sort("GROUP BY")],
  "claimWithLimitsStatements 0": [sort("ORDER BY")],
  "claimWithLimitsStatements 2": [sort("GROUP BY")],
  "findAtGatesStatement 0": [sort("ORDER BY")],
  "firstSubmitManyStatements 7": [sort("ORDER BY")],
  "groupGenerations 0": [sort("ORDER BY")],
  "submitManyStatements 4": [sort("ORDER BY")],
  "listAtGatesStatement 0": [sort("ORDER BY")],
  "activePage 0": [sort("ORDER BY"), sort("ORDER BY"), sort("ORDER BY")],
  "teamActivePage 0": [sort("ORDER BY"), sort("ORDER BY"), sort("ORDER BY")],
  "findNoticesStatement 0": [sort("ORDER BY")],
  "momentsStatement 0": [sort("ORDER BY")],
  "markSeenStatements 1": [sort("RIGHT PART OF ORDER BY")],
  "readQueueStatement 0": [sort("GROUP BY"), sort("GROUP BY")],
  "purgeGenerationsStatements 6": [sort("ORDER BY")],
  "purgeGenerationsStatements 8": [sort("DISTINCT")],
  "transferStatements move 12": [sort("RIGHT PART OF ORDER BY")],
  "transferStatements leave 5": [sort("RIGHT PART OF ORDER BY")],
  "addTimingsStatements 1": [sort("GROUP BY")],
  "findByTime 0": [sort("ORDER BY"), sort("ORDER BY")],
  "findOfOwner 0": [sort("ORDER BY"), sort("ORDER BY")],
  "findOutputsBySha256Statement 0": [sort("ORDER BY")],
  "findActive 0": [sort("ORDER BY"), sort("ORDER BY")],
  "readActiveStatement 0": ["GROUP BY", "GROUP BY", "GROUP BY", "ORDER BY", "ORDER BY", "ORDER BY"].map(sort),
  "listSummariesStatement 0": [sort("ORDER BY")],
  "countOutcomesStatement 0": [sort("GROUP BY")],
  "countEffectsStatement 0": [sort("GROUP BY")],
  "countAttemptsStatement 0": [sort("GROUP BY")],
  "timeAttemptsStatement 0": [sort("ORDER BY"), sort("ORDER BY"), sort("ORDER BY"), sort("GROUP BY")],
  "listDeliveriesStatement 0": [sort("ORDER BY")],
  "sumCostsStatement 0": [sort("GROUP BY")],
  "listLeftStatement 0": [sort("ORDER BY")],
};

/** A page is sorted once to add up its bytes, and once for its order. Its limit bounds both. */
const sortsPage = /^(?!active|entries|teamActive)\w+Page 0$/;

/** Pages that a next page continues, by id. */
const continuesAt = /^(history|pending|processing|completed|failed|canceled|entries|team[HPCF]\w+(?<!Changes))Page 0$/;
/** These process all rows of an owner. */
const ofWholeOwner = /^(transfer(Teams)?|eraseOwner)Statements? /;

const folder = import.meta.dirname;
const modules = (await readdir(join(folder, "statements"), { recursive: true })).filter((name) => name.endsWith(".ts"));
const exported = await Promise.all(
  modules.map((name): Promise<Readonly<Record<string, unknown>>> => import(join(folder, "statements", name))),
).then((modules) => modules.flatMap((module) => Object.entries(module)));

const allLists = exported.flatMap(([name, value]): readonly (readonly [string, readonly string[]])[] => {
  if (parts.includes(name)) return [];
  if (typeof value === "string") return [[name, [value]]];
  if (Array.isArray(value)) return [[name, value]];
  // A record of named statements, as the checks of the audit.
  if (typeof value === "object" && value !== null) return [[name, Object.values(value)]];
  // Each argument above belongs to the function of its name.
  const make = value as (argument: unknown) => readonly string[];
  return (argumentsOf[name] ?? []).map((argument) => [`${name} ${argument}`, make(argument)]);
});
const lists = allLists.filter(([name]) => !readsAll.includes(name));
const statements = lists.flatMap(([name, list]) => list.map((sql, index) => ({ name: `${name} ${index}`, sql })));
const scratch = await tempFolder("plans", afterAll);

describe("the plan of every statement", () => {
  let database: Database.Database;

  beforeAll(async () => {
    const path = join(scratch, "test.db");
    const store = libsqlStore({ url: `file:${path}` });
    await store.migrate();
    await store.close();
    database = new Database(path);
    return () => void database.close();
  });

  const planOf = (sql: string): readonly string[] =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all({})
      .map((row) => String(Object(row).detail));

  it("is checked for every exported statement, and no other folder has statements", async () => {
    const checked = new Set(lists.map(([name]) => name.split(" ")[0]));
    const names = exported.map(([name]) => name);
    expect(names.filter((name) => !checked.has(name)).toSorted()).toEqual([...parts, ...readsAll].toSorted());
    const files = (await readdir(folder, { recursive: true })).filter(
      (name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.startsWith("statements/"),
    );
    const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
    expect(files.filter((_, index) => texts[index]?.includes("safelight_")).toSorted()).toEqual(otherFiles);
  });

  it.each(statements)("$name uses an index, and sorts nothing that grows", ({ name, sql }) => {
    const plan = planOf(sql);
    expect(plan.filter((step) => isScan(step, plan))).toEqual(scansFew[name] ?? []);
    expect(plan.filter((step) => step.startsWith("USE TEMP B-TREE"))).toEqual(
      sortsPage.test(name) ? [sort("ORDER BY"), sort("ORDER BY")] : (sortsFew[name] ?? []),
    );
  });

  it.each(statements.filter(({ name }) => !ofWholeOwner.test(name)))(
    "$name does not read all rows of an owner",
    ({ sql }) => {
      const whole = /^SEARCH (?!.*COVERING).* safelight_generations_(sequence|history) \(owner_id=\?\)$/;
      expect(planOf(sql).filter((step) => whole.test(step))).toEqual([]);
    },
  );

  it.each(statements.filter(({ name }) => continuesAt.test(name)))("$name starts at the cursor", ({ sql }) => {
    expect(planOf(sql)).toContainEqual(expect.stringMatching(/(id|rowid)<\?/));
  });

  it("of an adjustment reads the entries of the host, and not the whole account", () => {
    const [insert = ""] = statements.filter(({ name }) => name === "adjustStatements 3").map(({ sql }) => sql);
    const read = "SEARCH safelight_ledger_entries USING INDEX sqlite_autoindex_safelight_ledger_entries_2";
    expect(planOf(insert)).toContain(`${read} (account_id=? AND key>? AND key<?)`);
  });

  it.each([
    ["findByTime", "sqlite_autoindex_safelight_generations_1 (id>? AND id<?)"],
    ["scanByTime", "sqlite_autoindex_safelight_generations_1 (id>? AND id<?)"],
    ["countOutcomesStatement", "sqlite_autoindex_safelight_generations_1 (id>? AND id<?)"],
    ["findOfOwner", "safelight_generations_history (owner_id=? AND id>? AND id<?)"],
    ["scanOfOwner", "safelight_generations_history (owner_id=? AND id>? AND id<?)"],
    ["findActive", "safelight_generations_due (due_at>?)"],
    ["scanActive", "safelight_generations_due (due_at>?)"],
    ["readActiveStatement", "safelight_generations_due (due_at>?)"],
  ])(
    "%s reads the rows of its subquery in the order of an index, up to the limit, and looks up each by its position",
    (name, index) => {
      const [sql = ""] = statements
        .filter((statement) => statement.name === `${name} 0`)
        .map((statement) => statement.sql);
      const plan = planOf(sql);
      const reads = plan.filter((step) => / safelight_generations| g /.test(step));
      expect(reads[0]).toContain(index);
      // The waiting ones follow, up to the same limit, and a look for one in flight at their gate.
      for (const step of reads.slice(1)) expect(step).toMatch(/_(waiting|in_flight \(gate=\?\))$|\(rowid=\?\)/);
    },
  );

  it.each(statements.filter(({ name }) => /^unseen(Page|Count) 0$/.test(name)))(
    "$name skips the unseen generations of other scopes by the index",
    ({ sql }) => {
      const index = "INDEX safelight_generations_unseen (owner_id=? AND finished_at>?)";
      expect(planOf(sql)).toContainEqual(expect.stringContaining(index));
      const columns = database.prepare("PRAGMA index_info(safelight_generations_unseen)").all({});
      expect(columns.map((row) => Object(row).name)).toContain("scope");
    },
  );

  it.each(statements.filter(({ name }) => /^p\w+Page 0$/.test(name)))(
    "$name reads active generations, and not the history",
    ({ sql }) => {
      expect(planOf(sql)).toContainEqual(expect.stringContaining("INDEX safelight_generations_active "));
    },
  );

  it.each([
    ["teamActivePage", "safelight_generations_team_active (team_id=?)"],
    ["teamHistoryPage", "safelight_generations_team_history (team_id=? AND id<?)"],
    ["teamPendingPage", "safelight_generations_team_active (team_id=? AND id<?)"],
    ["teamProcessingPage", "safelight_generations_team_active (team_id=? AND id<?)"],
    ["teamCompletedPage", "safelight_generations_team_history_of_state (team_id=? AND state=? AND id<?)"],
    ["teamFailedPage", "safelight_generations_team_history_of_state (team_id=? AND state=? AND id<?)"],
    ["teamCanceledPage", "safelight_generations_team_history_of_state (team_id=? AND state=? AND id<?)"],
    ["teamChangesPage", "safelight_generations_team_sequence (team_id=? AND team_sequence>?)"],
  ])("%s reads its rows by an index of the team", (name, index) => {
    const [sql = ""] = statements.filter((one) => one.name === `${name} 0`).map((one) => one.sql);
    expect(planOf(sql)).toContainEqual(expect.stringContaining(`INDEX ${index}`));
  });

  it.each(statements.filter(({ name }) => /^(completed|failed|canceled)Page 0$/.test(name)))(
    "$name reads the generations of this terminal state, and not the history",
    ({ sql }) => {
      const index = "INDEX safelight_generations_history_of_state (owner_id=? AND state=? AND id<?)";
      expect(planOf(sql)).toContainEqual(expect.stringContaining(index));
    },
  );
});

describe("every statement fits into the limits of D1", () => {
  const all = [...allLists, ...migrations.map(({ name, statements: list }) => [name, list] as const)];

  it.each(all)("%s has at most 100 parameters, 100 kB and 5 terms of a compound", (_name, list) => {
    for (const sql of list) {
      expect(numberParameters(sql).names.length).toBeLessThanOrEqual(100);
      expect(Buffer.byteLength(sql)).toBeLessThanOrEqual(100_000);
      // Counts those of all subqueries together, which have a limit each.
      expect(sql.split(/\b(?:UNION|EXCEPT|INTERSECT)\b/).length).toBeLessThanOrEqual(5);
    }
  });
});

/** Whether a step reads a whole table. Excludes scans of subqueries of the same plan, JSON and constants. */
function isScan(step: string, plan: readonly string[]): boolean {
  const [, scanned] = /^SCAN (\S+)/.exec(step) ?? [];
  if (scanned === undefined || scanned.startsWith("(") || / CONSTANT ROW| VIRTUAL TABLE /.test(step)) return false;
  return !plan.some((other) => other === `CO-ROUTINE ${scanned}` || other === `MATERIALIZE ${scanned}`);
}
