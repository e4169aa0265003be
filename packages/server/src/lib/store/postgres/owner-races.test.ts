import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { interleave } from "../../../../test/interleave.js";
import { startPostgres } from "../../../../test/start-postgres.js";
import { SeededRandom } from "../../../../testing/simulation/seeded-random.js";
import { output, refundOf, Scenario } from "../../../../testing/store-contract/scenario.js";
import type { ClaimedGeneration } from "../../generation/generation-record.js";
import type { Store } from "../../ports/store/store.js";
import { postgresStore } from "./postgres-store.js";

const schema = "owner_races";
const server = startPostgres();
const warnings: unknown[] = [];
const now = 1_800_000_000_000;
let pool: pg.Pool;

const storeOn = (client: pg.Pool | pg.PoolClient): Store =>
  postgresStore({
    client,
    schema,
    now: () => now,
    busyTimeoutMs: 60_000,
    logger: { warn: (...line) => warnings.push(line) },
  });

const run = (text: string) => pool.query(text.replaceAll("@", `${schema}.safelight_`));

/** All rows, without tokens of the store and without numbers that a sequence has skipped. */
const tables = {
  owners: "id, sequence, log_start, rate_tat, refund_tat",
  accounts: "id, balance, initial, shared",
  generations: `id, owner_id, account_id, refund_account_id, state, version, sequence, epoch, seen_at, deleted_at, noticed_at,
    notice_claim, notice_until, input, parsed_input, scope, cancel_requested_at, refunded_credits`,
  attempts: "generation_id, number, state, operation, outputs",
  outputs: 'generation_id, "index"',
  ledger_entries: "account_id, generation_id, kind, amount, initial, reason, key_hash",
  forgotten_keys: "key_hash, kind, amount",
  submissions: "owner_id, key_hash, generation_id",
  inputs: "id, owner_id",
  outbox: "topic, payload, model",
  erased_owners: "mark",
  settings: "name, value",
};

async function dump(): Promise<unknown> {
  const parts = Object.entries(tables).map(([table, columns]) => {
    const condition = table === "settings" ? "WHERE name = 'owner_start'" : "";
    return `'${table}', (SELECT json_agg(q ORDER BY q::text) FROM (SELECT ${columns} FROM @${table} ${condition}) q)`;
  });
  return (await run(`SELECT json_build_object(${parts.join(", ")}) AS rows`)).rows[0]?.rows;
}

/** Copies all rows, so that each pair of commands begins with the same. */
async function save(): Promise<void> {
  for (const table of Object.keys(tables)) await run(`CREATE TABLE @saved_${table} AS TABLE @${table}`);
}

/** Statements that restore the copied rows. */
async function restoreStatements(): Promise<string> {
  const columnsOf = async (table: string) =>
    (
      await pool.query<{ name: string }>(
        `SELECT quote_ident(column_name) AS name FROM information_schema.columns
         WHERE table_schema = $1 AND table_name = $2 AND is_generated = 'NEVER'`,
        [schema, `safelight_${table}`],
      )
    ).rows.map(({ name }) => name);
  const statements = Object.keys(tables).map(async (table) => {
    const columns = (await columnsOf(table)).join(", ");
    return `DELETE FROM @${table}; INSERT INTO @${table} (${columns}) SELECT ${columns} FROM @saved_${table};`;
  });
  return (await Promise.all(statements)).join("\n");
}

/** Generations that exist before each pair of commands. */
interface World {
  readonly claim: ClaimedGeneration;
  readonly paidForBob: string;
  readonly paidByCyd: string;
  readonly ended: string;
  readonly endedToo: string;
  readonly queued: string;
}

/**
 * The guest has generations in every state, an image, and bought credits. It has paid for a generation of Bob, and gets
 * the refund of one that Cyd has paid.
 */
async function createWorld(): Promise<World> {
  const store = storeOn(pool);
  const scenario = new Scenario(store);
  const guest = { ownerId: "guest", initialGrant: 20 };
  await scenario.buy("guest", 100);
  const paidForBob = await scenario.accepted(guest);
  await store.transferOwner({ from: "guest", to: "bob", credits: "leave", initialGrant: 0 });
  await scenario.buy("cyd", 50);
  const paidByCyd = await scenario.accepted({ ownerId: "cyd" });
  await store.transferOwner({ from: "cyd", to: "guest", credits: "move", initialGrant: 0 });
  const claim = await scenario.claimOne(await scenario.accepted(guest));
  await scenario.intent(claim, "attempt");
  await scenario.result(claim, "attempt", [output()]);
  const end = async () => {
    const held = await scenario.claimOne(await scenario.accepted(guest));
    await scenario.settle(held, { type: "failed", code: "internal" });
    return held.generation.id;
  };
  const ended = await end();
  const endedToo = await end();
  await store.claimNotices({ ownerId: "guest", claim: "tab-0", limit: 1, forMs: 60_000, leaseMs: 1_000 });
  const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 900_000 };
  const queued = await scenario.accepted({ ...guest, idempotencyKey });
  // Ada can be erased at once: all of hers have ended.
  await store.requestCancel({ ownerId: "ada", id: await scenario.accepted({ ownerId: "ada" }) });
  await run(`INSERT INTO @inputs (id, owner_id, storage_key, content_type, byte_length, sha256, width, height, created_at, used_at)
    VALUES ('inp_1', 'guest', 'key', 'image/png', 1, 'hash', 1, 1, ${now}, ${now})`);
  return { claim, paidForBob, paidByCyd, ended, endedToo, queued };
}

type Command = (store: Store, world: World) => Promise<unknown>;

const adjust = (accountId: string, amount: number, key: string): Command => {
  const command = { accountId, kind: amount > 0 ? "grant" : "adjustment", amount, reason: null, key } as const;
  return (store) => store.adjust({ ...command, initialGrant: 20 });
};

const submit = (ownerId: string, id: string, change: { credits?: number; accountId?: string } = {}): Command => {
  return async (store) => {
    const verdict = await new Scenario(store).submit({ id, ownerId, initialGrant: 20, storagePrefix: id, ...change });
    return verdict.type;
  };
};

const transfer = (from: string, to: string, credits: "move" | "leave"): Command => {
  return (store) => store.transferOwner({ from, to, credits, initialGrant: 20 });
};

const erase = (ownerId: string): Command => {
  const command = { ownerId, pseudonym: `deleted-${ownerId}`, limit: 100, mark: `mark of ${ownerId}` };
  return (store) => store.eraseOwner(command);
};

const commands: Readonly<Record<string, Command>> = {
  "grant to guest": adjust("guest", 7, "payment"),
  "withdrawal from guest": adjust("guest", -90, "order"),
  "another withdrawal from guest": adjust("guest", -90, "another order"),
  "grant to a new account": adjust("new", 7, "payment"),
  "submit of guest": submit("guest", "gen_00000000-0000-7000-8000-a00000000001", { credits: 60 }),
  "submit of a new owner": submit("new", "gen_00000000-0000-7000-8000-a00000000002", { credits: 20 }),
  "submit of bob from the account of guest": submit("bob", "gen_00000000-0000-7000-8000-a00000000004", {
    accountId: "guest",
  }),
  "transfer of guest to ada with credits": transfer("guest", "ada", "move"),
  "transfer of guest to ada": transfer("guest", "ada", "leave"),
  "transfer of guest to a new owner": transfer("guest", "new", "move"),
  "transfer of ada to guest": transfer("ada", "guest", "move"),
  "erasure of guest": erase("guest"),
  "erasure of ada": erase("ada"),
  "erasure of cyd, who has paid for guest": erase("cyd"),
  "cancel of guest": (store, { queued }) => store.requestCancel({ ownerId: "guest", id: queued }),
  "cancel of guest, refunded through cyd": (store, { paidByCyd }) =>
    store.requestCancel({ ownerId: "guest", id: paidByCyd }),
  "cancel of bob": (store, { paidForBob }) => store.requestCancel({ ownerId: "bob", id: paidForBob }),
  settle: (store, { claim: { generation } }) => {
    const outcome = { type: "failed", code: "internal" } as const;
    const { epoch, id } = generation;
    const refund = refundOf(generation, outcome);
    return store.settle({ id, epoch, token: "settle", outcome, refund, attempt: null });
  },
  "marks as seen": (store, { ended, endedToo }) => store.markSeen({ ownerId: "guest", ids: [endedToo, ended] }),
  removal: (store, { ended }) => store.remove({ ownerId: "guest", id: ended }),
  "claim of notices": (store) =>
    store.claimNotices({ ownerId: "guest", claim: "tab-1", limit: 9, forMs: 60_000, leaseMs: 1_000 }),
  "another claim of notices": (store) =>
    store.claimNotices({ ownerId: "guest", claim: "tab-2", limit: 9, forMs: 60_000, leaseMs: 1_000 }),
  "confirmation of notices": (store, { endedToo }) =>
    store.confirmNotices({ ownerId: "guest", claim: "tab-0", ids: [endedToo] }),
};

const names = Object.keys(commands);
/** Commands that other tests race with each other. */
const isOther = (name: string) => /^(submit|cancel|settle)/.test(name);

describe("two commands at once have the effect of one after the other", () => {
  let world: World;
  let restore: string;

  beforeAll(async () => {
    pool = (await server()).openPool({ max: 8 });
    await storeOn(pool).migrate();
    world = await createWorld();
    await save();
    restore = await restoreStatements();
  });

  /** The results and the rows if one command follows the other. */
  const inOrder = async (commandsInOrder: readonly (readonly [name: string, command: Command])[]) => {
    await run(restore);
    const results: Record<string, unknown> = {};
    for (const [name, command] of commandsInOrder) results[name] = await command(storeOn(pool), world);
    return { ...results, rows: await dump() };
  };

  it.each(names)("%s, beside each other command", async (name) => {
    const first = commands[name];
    for (const [otherName, second] of Object.entries(commands)) {
      if (first === undefined || (isOther(name) && isOther(otherName))) continue;
      await run(restore);
      const results = await interleave({
        pool,
        first: (connection) => first(storeOn(connection), world),
        second: (connection) => second(storeOn(connection), world),
      });
      const [one, two] = [`1: ${name}`, `2: ${otherName}`];
      const observed = { [one]: results.first, [two]: results.second, rows: await dump() };
      expect({ one, two, violations: await storeOn(pool).audit() }).toEqual({ one, two, violations: [] });
      const serial = await inOrder([
        [one, first],
        [two, second],
      ]);
      if (isDeepStrictEqual(observed, serial)) continue;
      // A command that has read before it waits may come first.
      const reverse = await inOrder([
        [two, second],
        [one, first],
      ]);
      if (!isDeepStrictEqual(observed, reverse)) expect(observed).toEqual(serial);
    }
    expect(warnings).toEqual([]);
  });

  it.each<[first: string, second: string, reason: string]>([
    ["erasure of ada", "erasure of cyd, who has paid for guest", "positions of erasures must become visible in order"],
    ["submit of a new owner", "erasure of ada", "no watcher may see the raised start before the new owner"],
    ["erasure of ada", "submit of a new owner", "no watcher may see the raised start before the new owner"],
  ])("%s, then %s: the second waits, because %s", async (one, two) => {
    const [first, second] = [commands[one], commands[two]];
    if (first === undefined || second === undefined) throw new Error("Unknown command");
    await run(restore);
    const { hasWaited } = await interleave({
      pool,
      first: (connection) => first(storeOn(connection), world),
      second: (connection) => second(storeOn(connection), world),
    });
    expect(hasWaited).toBe(true);
  });
});

/** Commands in random order, on few owners. */
async function play(store: Store, random: SeededRandom): Promise<void> {
  const scenario = new Scenario(store);
  const token = () => globalThis.crypto.randomUUID();
  const owner = () => random.pick(["ada", "bob", "guest-1", "guest-2", "guest-3"]);
  const generation = async () => {
    const { rows } = await run("SELECT id, owner_id FROM @generations ORDER BY random() LIMIT 1");
    return { id: String(rows[0]?.id), ownerId: String(rows[0]?.owner_id) };
  };
  const acts: readonly [() => Promise<unknown>, ...(() => Promise<unknown>)[]] = [
    () => scenario.submit({ id: `gen_${token()}`, ownerId: owner(), accountId: owner(), initialGrant: 60 }),
    () =>
      scenario.submit({
        id: `gen_${token()}`,
        ownerId: owner(),
        initialGrant: 60,
        limits: { maxActive: 6, rate: null, refunds: null },
      }),
    async () => {
      for (const claim of await store.claim({ models: ["demo"], limit: 3, leaseMs: 60_000, token: token() })) {
        const attemptToken = token();
        const { epoch, id } = claim.generation;
        const held = { id, epoch };
        await store.recordIntent({
          ...held,
          token: token(),
          attemptToken,
          providerId: "p",
          starts: true,
          expectedInMs: null,
          isEstimated: false,
        });
        const outcome = { type: "failed", code: "internal" } as const;
        await store.settle({
          ...held,
          token: token(),
          outcome,
          refund: refundOf(claim.generation, outcome),
          attempt: null,
        });
      }
    },
    async () => store.requestCancel(await generation()),
    async () => {
      const ids = await Promise.all(Array.from({ length: 4 }, generation));
      await store.markSeen({ ownerId: owner(), ids: ids.map(({ id }) => id) });
    },
    async () => store.remove(await generation()),
    async () => {
      const [ownerId, claim] = [owner(), token()];
      const notices = await store.claimNotices({ ownerId, claim, limit: 4, forMs: 60_000, leaseMs: 1 });
      await store.confirmNotices({ ownerId, claim, ids: notices.map(({ id }) => id) });
    },
    () => store.transferOwner({ from: owner(), to: "cyd", credits: random.pick(["move", "leave"]), initialGrant: 60 }),
    () => store.transferOwner({ from: "cyd", to: owner(), credits: random.pick(["move", "leave"]), initialGrant: 60 }),
    () =>
      store.adjust({
        accountId: owner(),
        kind: "adjustment",
        amount: random.between(-9, 9) || 1,
        reason: null,
        key: token(),
        initialGrant: 60,
      }),
    () =>
      store.eraseOwner({ ownerId: owner(), pseudonym: `deleted-${token()}`, limit: 5, mark: random.pick(["a", "b"]) }),
  ];
  for (let count = 0; count < 60; count += 1) await random.pick(acts)();
}

it("keeps exact books without a deadlock in a storm of all commands on six owners", async () => {
  await Promise.all(Array.from({ length: 8 }, (_, seed) => play(storeOn(pool), new SeededRandom(seed))));
  expect(await storeOn(pool).audit()).toEqual([]);
  const shared = "SELECT owner_id, sequence FROM @generations GROUP BY owner_id, sequence HAVING count(*) > 1";
  expect((await run(shared)).rows).toEqual([]);
  expect(warnings).toEqual([]);
});
