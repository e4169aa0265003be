import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { interleave } from "../../../../test/interleave.js";
import { isLongRun } from "../../../../test/long-run.js";
import { createWorld, type SavedRows, savedRows, type World } from "../../../../test/owner-race-world.js";
import { startPostgres } from "../../../../test/start-postgres.js";
import { SeededRandom } from "../../../../testing/simulation/seeded-random.js";
import { refundOf, Scenario } from "../../../../testing/store-contract/scenario.js";
import type { Store } from "../../ports/store/store.js";
import { postgresStore } from "./postgres-store.js";

const schema = "owner_races";
const server = startPostgres();
const warnings: unknown[] = [];
const now = 1_800_000_000_000;
let pool: pg.Pool;
let rows: SavedRows;

const storeOn = (client: pg.Pool | pg.PoolClient): Store =>
  postgresStore({
    client,
    schema,
    now: () => now,
    busyTimeoutMs: 60_000,
    logger: { warn: (...line) => warnings.push(line) },
  });

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
  const command = { ownerId, pseudonym: `deleted-${ownerId}`, limit: 100, ownerMarks: [`mark of ${ownerId}`] };
  return (store) => store.eraseOwner(command);
};

const createOwnerIfMissing = submit("new", "gen_00000000-0000-7000-8000-a00000000002", { credits: 20 });

const commands: Readonly<Record<string, Command>> = {
  "grant to guest": adjust("guest", 7, "payment"),
  "withdrawal from guest": adjust("guest", -90, "order"),
  "another withdrawal from guest": adjust("guest", -90, "another order"),
  "grant to a new account": adjust("new", 7, "payment"),
  "submit of guest": submit("guest", "gen_00000000-0000-7000-8000-a00000000001", { credits: 60 }),
  "submit of a new owner": createOwnerIfMissing,
  "submit of bob from the account of guest": submit("bob", "gen_00000000-0000-7000-8000-a00000000004", {
    accountId: "guest",
  }),
  "submit of bob from the account of cyd": submit("bob", "gen_00000000-0000-7000-8000-a00000000003", {
    accountId: "cyd",
  }),
  "upload of ada": (store) => {
    const image = {
      storageKey: "new",
      contentType: "image/png",
      byteLength: 1,
      sha256: "hash",
      width: 1,
      height: 1,
      durationMs: null,
    };
    const erasures = { ownerMarks: ["mark of ada"], after: 0 };
    return store.recordInput({ id: "inp_2", ownerId: "ada", ...image, rate: null, erasures });
  },
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

  beforeAll(async () => {
    pool = (await server()).openPool({ max: 8 });
    await storeOn(pool).migrate();
    rows = savedRows(pool, schema);
    world = await createWorld(rows, storeOn(pool));
    await rows.save();
  });

  /** The results and the rows if one command follows the other. */
  const inOrder = async (commandsInOrder: readonly (readonly [name: string, command: Command])[]) => {
    await rows.restore();
    const results: Record<string, unknown> = {};
    for (const [name, command] of commandsInOrder) results[name] = await command(storeOn(pool), world);
    return { ...results, dump: await rows.dump() };
  };

  it.each(Object.entries(commands))("%s, beside other commands", async (name, first) => {
    for (const [index, [otherName, second]] of Object.entries(commands).entries()) {
      if (isOther(name) && isOther(otherName)) continue;
      // The short form races each command with a fourth of the others.
      if (!isLongRun && (index + names.indexOf(name)) % 4 > 0) continue;
      await rows.restore();
      const results = await interleave({
        pool,
        first: (connection) => first(storeOn(connection), world),
        second: (connection) => second(storeOn(connection), world),
      });
      const [one, two] = [`1: ${name}`, `2: ${otherName}`];
      const observed = { [one]: results.first, [two]: results.second, dump: await rows.dump() };
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

  it.each<[first: string, second: string, reason: string, pair: readonly [Command, Command]]>([
    ["erasure", "another erasure", "positions of erasures become visible in order", [erase("one"), erase("two")]],
    [
      "new owner",
      "erasure",
      "no watcher sees the raised start before the new owner",
      [createOwnerIfMissing, erase("ada")],
    ],
    [
      "erasure",
      "new owner",
      "no watcher sees the raised start before the new owner",
      [erase("ada"), createOwnerIfMissing],
    ],
  ])("%s, then %s: the second waits, so that %s", async (_first, _second, _reason, [first, second]) => {
    await rows.restore();
    const { hasWaited } = await interleave({
      pool,
      first: (connection) => first(storeOn(connection), world),
      second: (connection) => second(storeOn(connection), world),
    });
    expect(hasWaited).toBe(true);
  });

  it("a removal locks the owner before the generation, as others do", async () => {
    await rows.restore();
    const waits = async (count: number) => {
      // The second waits behind the first. Of the whole server, only these two wait for a row.
      const waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event IN ('transactionid', 'tuple')";
      while ((await pool.query(waiting)).rowCount !== count);
    };
    const holder = await pool.connect();
    try {
      await holder.query(`BEGIN; SELECT 1 FROM ${schema}.safelight_owners WHERE id = 'guest' FOR UPDATE`);
      const seen = storeOn(pool).markSeen({ ownerId: "guest", ids: [world.ended] });
      await waits(1);
      const removed = storeOn(pool).remove({ ownerId: "guest", id: world.ended });
      await waits(2);
      await holder.query("COMMIT");
      await seen;
      expect(await removed).toMatchObject({ type: "removed" });
    } finally {
      holder.release(true);
    }
    expect(warnings).toEqual([]);
  });
});

/** Commands in random order, on few owners. */
async function play(store: Store, random: SeededRandom): Promise<void> {
  const scenario = new Scenario(store);
  const token = () => globalThis.crypto.randomUUID();
  const owner = () => random.pick(["ada", "bob", "guest-1", "guest-2", "guest-3"]);
  const generation = async () => {
    const { rows: found } = await rows.run("SELECT id, owner_id FROM @generations ORDER BY random() LIMIT 1");
    return { id: String(found[0]?.id), ownerId: String(found[0]?.owner_id) };
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
      store.eraseOwner({
        ownerId: owner(),
        pseudonym: `deleted-${token()}`,
        limit: 5,
        ownerMarks: [random.pick(["a", "b"])],
      }),
  ];
  for (let count = 0; count < 60; count += 1) await random.pick(acts)();
}

// The locks on generations in a transfer, an erasure, `markSeen` and both commands of notices keep one order of rows, and
// span the statements of one function. Only commands that truly run at once can miss them: the proof F24 plays those.
it("keeps exact books without a deadlock in a storm of all commands on six owners", async () => {
  await Promise.all(Array.from({ length: 8 }, (_, seed) => play(storeOn(pool), new SeededRandom(seed))));
  expect(await storeOn(pool).audit()).toEqual([]);
  const shared = "SELECT owner_id, sequence FROM @generations GROUP BY owner_id, sequence HAVING count(*) > 1";
  expect((await rows.run(shared)).rows).toEqual([]);
  expect(warnings).toEqual([]);
});
