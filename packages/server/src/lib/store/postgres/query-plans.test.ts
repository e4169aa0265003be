import { readdir } from "node:fs/promises";
import type { Pool } from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { readArguments as args } from "../../../../test/plans/read-arguments.js";
import { populate } from "../../../../test/populate-postgres.js";
import { startPostgres } from "../../../../test/start-postgres.js";
import { output, Scenario } from "../../../../testing/store-contract/scenario.js";
import type { OperatorActionName } from "../../ports/store/operator-store.js";
import type { Store } from "../../ports/store/store.js";
import type { StatementValue } from "./client/send-statement.js";
import { postgresStore } from "./postgres-store.js";
import { listActive } from "./reads/pages.js";
import type { Read } from "./text/define-read.js";
import { type Names, withNames } from "./text/names.js";
import { type Arguments, valuesOf } from "./text/parameters.js";

const server = startPostgres();
const time = args.now;
const prefix = "safelight_";

type AnyRead = Pick<Read<never>, "parameters" | "text">;

/** Tables whose size does not grow with the use of the service. */
const smallTables = ["erased_owners", "gates", "migrations", "settings"];

/** Walks of an index that stop at a limit, or at the first match. All others have a condition on the index. */
const walks: Readonly<Record<string, readonly string[]>> = {
  find_ended: ["generations_ended"],
  operator_actions: ["operator_actions_pkey"],
  operator_active_models: ["generations_gate_model", "generations_model_due"],
  operator_deliveries: ["outbox_due"],
  operator_find_active: ["generations_due", "generations_model_due", "generations_waiting"],
  operator_overview: ["generations_due", "generations_model_due", "generations_waiting"],
  newest_output_key: ["generations_ended"],
  next_due: ["generations_gate_deadline", "generations_model_due", "outbox_due"],
  unserved_models: ["generations_gate_model", "generations_model_due"],
};

/** Without statistics, Postgres guesses that each generation has one percent of all attempts. */
const guessed = "purge_generations attempts";

/** Without statistics, a connection keeps a scan of the outbox until Postgres has counted its rows. */
const guessedReads = ["find_outbox outbox"];

const folder = new URL("./reads/", import.meta.url);
const modules = await Promise.all(
  (await readdir(folder)).map((file) => import(`./reads/${file.replace(/\.ts$/, "")}.ts`)),
);
const reads = modules
  .flatMap((module) => Object.values<Read<never> | readonly Read<never>[] | string>(module).flat())
  // A text is a column list, which is part of a read.
  .filter((read) => typeof read !== "string")
  // A long read reads all rows on purpose, on request of the host.
  .filter(({ isLong }) => !isLong);

/** A step of a plan, as Postgres describes it. */
interface Step {
  readonly "Node Type": string;
  readonly "Total Cost": number;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly Plans?: readonly Step[];
}

/** Plays a life with every command that locks or writes, on owners with many rows and on new ones. */
async function playLife(store: Store): Promise<void> {
  const scenario = new Scenario(store);
  const id = (number: number) => `gen_${String(number).padStart(36, "0")}`;
  const limits = { maxActive: null, rate: { requests: 100, perMs: 60_000 }, refunds: null };
  for (const ownerId of ["owner-1", "new"]) {
    const idempotencyKey = { keyHash: `plan-${ownerId}`, fingerprint: "body", keepMs: 900_000 };
    const own = (number: number) => ({ id: `gen_x${ownerId}${number}`, ownerId, limits, model: "plans" });
    await scenario.accepted({ ...own(1), idempotencyKey });
    await scenario.submit({ ...own(2), limits: { ...limits, maxActive: 1 } });
    await scenario.accepted(own(3));
    await scenario.accepted({ ...own(4), notBefore: time + 60_000 });
    await store.requestCancel({ ownerId, id: own(3).id });
    const claims = await store.claim({ models: ["plans"], limit: 9, leaseMs: 30_000, token: scenario.token() });
    const claim = claims.find(({ generation }) => generation.id === own(1).id);
    if (claim === undefined) throw new Error("The generation was not claimed.");
    const held = { id: claim.generation.id, epoch: claim.generation.epoch };
    await store.renew({ ...held, leaseMs: 30_000 });
    const attemptToken = scenario.token();
    await scenario.intent(claim, attemptToken);
    const preview = { storageKey: "prefix/preview", contentType: "image/png" };
    const progress = { value: 0.5, source: "provider", queuePosition: null, preview } as const;
    await store.recordProgress({ ...held, token: scenario.token(), progress });
    await store.recordWebhook({ generationId: held.id, attempt: 1, deliveryId: "d", operationHint: { job: 1 } });
    await scenario.operation(claim, attemptToken, 0);
    const [again] = await store.claim({ models: ["plans"], limit: 9, leaseMs: 30_000, token: scenario.token() });
    if (again === undefined) throw new Error("The generation was not claimed again.");
    await scenario.result(again, attemptToken, [output()]);
    await scenario.settle(again, { type: "completed", outputs: [output()] });
    const image = {
      id: `inp_${ownerId}`,
      ownerId,
      storageKey: "a/b",
      contentType: "image/png",
      byteLength: 1,
      sha256: "a",
    };
    const rate = { requests: 5, perMs: 60_000 };
    await store.recordInput({ ...image, width: 1, height: 1, durationMs: null, rate, maxOwnerBytes: 1_000_000_000 });
    await store.touchInputs({ ownerId, ids: [image.id] });
    await store.dropInput({ id: image.id, delayMs: 0 });
  }
  await store.requestCancel({ ownerId: "owner-1", id: id(1) });
  const byOperator = (action: OperatorActionName, subject: string) => ({
    action: { actor: "grace", action, subject, reason: "plans" },
    id: subject,
    announceTo: [],
  });
  for (const number of [7, 8, 9]) await scenario.accepted({ id: `gen_y${number}`, ownerId: "owner-1", limits });
  await store.startBulk({ action: byOperator("wake", "*").action, key: "bulk_1", ids: ["gen_y7", "gen_y8"] });
  await store.wakeByOperator({ ...byOperator("wake", "gen_y7"), bulk: "bulk_1" });
  await store.readBulk({ key: "bulk_1", limit: 50 });
  await store.cancelByOperator({ ...byOperator("cancel", "gen_y8"), ownerId: "owner-1" });
  const refund = { credits: 4, reason: "failed:ended_by_operator 100%" };
  await store.endByOperator({ ...byOperator("end", "gen_y9"), refund });
  const move = { accountId: "owner-1", kind: "adjustment", amount: 1, reason: null, key: "plans" } as const;
  await store.adjustByOperator({ ...move, action: byOperator("adjust", "owner-1").action, initialGrant: 0 });
  await store.purgeInputs({ unusedForMs: 86_400_000, limit: 20 });
  await store.purgeGenerations({ endedForMs: 86_400_000, limit: 20 });
  await store.addTimings([{ model: "model-1", providerId: "p", size: 1, bucket: 1, count: 1_000 }]);
  const topics = ["delete_objects", "delete_prefix"] as const;
  for (const item of await store.claimOutbox({ models: ["plans"], topics, limit: 5, leaseMs: 1_000 })) {
    await store.confirmOutbox(item);
  }
  await store.dropUnclaimedOutbox({ models: [], topics: [], limit: 5 });
  await store.readQueue();
}

/** Whether a step of an index reads rows of other owners or teams, or all rows if the read has no owner. */
function walksIndex({ "Index Cond": condition, "Index Name": index = "" }: Step, ofOwner: boolean): boolean {
  if (condition === undefined) return true;
  return ofOwner && /_(generations|inputs)_/.test(index) && !/owner_id|team_id|[^<>]= /.test(condition);
}

const stepsOf = (step: Step): readonly Step[] => [step, ...(step.Plans ?? []).flatMap(stepsOf)];

interface Place {
  readonly pool: Pool;
  readonly names: Names;
}

/** Steps of the plan for these arguments, and of the plan for any: a connection may keep that of a prepared statement. */
async function planOf({ names, pool }: Place, query: { readonly read: AnyRead; readonly args: Arguments }) {
  const { read } = query;
  const values = valuesOf(read.parameters, { ...args, ...query.args });
  const text = withNames(read.text, names);
  const explain = async (options: string, values?: StatementValue[]): Promise<Step> =>
    (await pool.query(`EXPLAIN (FORMAT JSON${options}) ${text}`, values)).rows[0]["QUERY PLAN"][0].Plan;
  const own = await explain("", [...values]);
  const generic = await explain(", GENERIC_PLAN");
  const steps = stepsOf(own);
  // A connection keeps the plan for any arguments only if that costs less than to plan again.
  const isKept = generic["Total Cost"] <= own["Total Cost"] + planningCost * (steps.length + 1);
  return isKept ? [...steps, ...stepsOf(generic)] : steps;
}

/** Of each table, in the planner's unit. */
const planningCost = 2.5;

const withoutPrefix = (name = "") => name.replace(prefix, "");

/** Without statistics, the planner knows the tables as they were when they were empty. */
const populations = [
  { state: "ended", hasStatistics: true },
  { state: "active", hasStatistics: true },
  { state: "ended", hasStatistics: false },
  { state: "active", hasStatistics: false },
] as const;

describe.each(populations)("with all generations $state, statistics: $hasStatistics", (population) => {
  const { hasStatistics, state } = population;
  const names = { schema: `plans_${state}_${hasStatistics}`, prefix };
  let pool: Pool;

  beforeAll(async () => {
    pool = (await server()).openPool({ max: 1 });
    await postgresStore({ client: pool, schema: names.schema }).migrate();
    await populate(pool, { ...names, ...population, time });
  });

  describe.each(["ada", "owner-1", "unknown"])("for %s", (ownerId) => {
    it.each(reads.map((read) => [read.name, read] as const))(
      "%s scans no table that grows, and walks no whole index",
      async (_, read) => {
        const steps = await planOf({ names, pool }, { read, args: { ownerId, accountId: ownerId } });
        const scanned = steps.filter((step) => step["Node Type"].endsWith("Seq Scan"));
        const tables = scanned.map((step) => withoutPrefix(step["Relation Name"]));
        const large = tables.filter((table) => !smallTables.includes(table)).map((table) => `${read.name} ${table}`);
        expect(large.filter((name) => hasStatistics || !guessedReads.includes(name))).toEqual([]);

        const ofOwner = "ownerId" in read.parameters;
        const walked = steps.filter((step) => step["Index Name"] !== undefined && walksIndex(step, ofOwner));
        const indexes = [...new Set(walked.map((step) => withoutPrefix(step["Index Name"])))];
        const allowed = [...(walks[read.name] ?? []), ...smallTables.map((table) => `${table}_pkey`)];
        expect(indexes.filter((index) => !allowed.includes(index))).toEqual([]);
      },
    );
  });

  it("no command scans a table that grows", async () => {
    const scanned = new Set<string>();
    const countScans = async () => {
      const counts = "SELECT relname, seq_scan::int FROM pg_stat_xact_user_tables WHERE schemaname = $1";
      const { rows } = await pool.query<{ relname: string; seq_scan: number }>(counts, [names.schema]);
      return new Map(rows.map(({ relname, seq_scan }) => [relname, seq_scan]));
    };
    /** Runs each statement in a transaction, whose statistics name the scanned tables. */
    const query = async (text: string, values: unknown[]) => {
      await pool.query("BEGIN");
      const before = await countScans();
      const result = await pool.query(text, values);
      const after = await countScans();
      await pool.query("COMMIT");
      const command = /safelight_(\w+?)(?:_[0-9a-f]{12})?"\(/.exec(text)?.[1] ?? "read";
      for (const [table, count] of after) {
        if (count > (before.get(table) ?? 0)) scanned.add(`${command} ${withoutPrefix(table)}`);
      }
      return result;
    };
    let now = time;
    const store = postgresStore({ client: { query }, schema: names.schema, now: () => now });
    await playLife(store);
    // The scheduled ones join the queue.
    now += 60_000;
    const claims = await store.claim({ models: ["plans"], limit: 9, leaseMs: 30_000, token: "scheduled" });
    expect(claims.filter(({ generation }) => generation.notBefore === now)).toHaveLength(2);
    const tables = [...scanned].filter((name) => !smallTables.includes(name.split(" ")[1] ?? ""));
    expect(tables.filter((name) => hasStatistics || name !== guessed)).toEqual([]);
  });
});

describe("list_active of an owner whose generations have all ended, beside active ones of others", () => {
  it("reads no history of the owner", async () => {
    const names = { schema: "plans_mixed", prefix };
    const pool = (await server()).openPool({ max: 1 });
    await postgresStore({ client: pool, schema: names.schema }).migrate();
    await populate(pool, { ...names, state: "mixed", hasStatistics: true, time });
    const steps = await planOf({ names, pool }, { read: listActive, args: { ownerId: "ada" } });
    expect(steps.map((step) => withoutPrefix(step["Index Name"]))).not.toContain("generations_sequence");
  });
});
