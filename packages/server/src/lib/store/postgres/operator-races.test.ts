import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { interleave } from "../../../../test/interleave.js";
import { isLongRun } from "../../../../test/long-run.js";
import { type SavedRows, savedRows } from "../../../../test/owner-race-world.js";
import { startPostgres } from "../../../../test/start-postgres.js";
import { output, refundOf, Scenario } from "../../../../testing/store-contract/scenario.js";
import type { ClaimedGeneration } from "../../generation/generation-record.js";
import type { OperatorAction, OperatorActionName } from "../../ports/store/operator-store.js";
import type { Store } from "../../ports/store/store.js";
import type { SettleOutcome } from "../../ports/store/store-commands.js";
import { postgresStore } from "./postgres-store.js";

const schema = "operator_races";
const server = startPostgres();
const warnings: unknown[] = [];
let now = 1_800_000_000_000;
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

/** Generations of Ada in the states on which operators and workers meet. */
interface World {
  readonly queued: string;
  readonly parked: string;
  readonly completed: string;
  readonly running: ClaimedGeneration;
  readonly storing: ClaimedGeneration;
}

async function createWorld(store: Store): Promise<World> {
  const scenario = new Scenario(store);
  await scenario.buy("ada", 100);
  const claimRunning = async () => {
    const { attemptToken, id } = await scenario.running();
    now += 1_000;
    return { attemptToken, claim: await scenario.claimOne(id) };
  };
  const toStoring = async () => {
    const { attemptToken, claim } = await claimRunning();
    await scenario.result(claim, attemptToken, [output()]);
    return claim;
  };
  const ended = await toStoring();
  await scenario.settle(ended, { type: "completed", outputs: [output()] });
  const storing = await toStoring();
  const { claim: running } = await claimRunning();
  const { id: parked } = await scenario.running();
  const queued = await scenario.accepted();
  return { completed: ended.generation.id, parked, queued, running, storing };
}

type Command = (store: Store, world: World) => Promise<unknown>;

const by = (action: OperatorActionName, subject: string): OperatorAction => ({
  actor: "grace",
  action,
  subject,
  reason: "ticket 7",
});

const idOf = ({ generation }: ClaimedGeneration): string => generation.id;

const cancel = (id: (world: World) => string): Command => {
  return (store, world) =>
    store.cancelByOperator({ action: by("cancel", id(world)), id: id(world), ownerId: "ada", announceTo: [] });
};

const wake = (id: (world: World) => string): Command => {
  return (store, world) => store.wakeByOperator({ action: by("wake", id(world)), id: id(world) });
};

const end = (id: (world: World) => string): Command => {
  return (store, world) => {
    const refund = { credits: 4, reason: "failed:ended_by_operator 100%" };
    return store.endByOperator({ action: by("end", id(world)), id: id(world), refund, announceTo: [] });
  };
};

const adjust = (move: {
  readonly action: "refund" | "adjust";
  readonly amount: number;
  readonly key: string;
}): Command => {
  const { action, amount, key } = move;
  return (store, { completed }) =>
    store.adjustByOperator({
      action: by(action, action === "refund" ? completed : "ada"),
      ...(action === "refund" && { refundOf: completed }),
      accountId: "ada",
      kind: "adjustment",
      amount,
      key,
      reason: "operator",
      initialGrant: 20,
    });
};

const operatorCommands: Readonly<Record<string, Command>> = {
  "cancel of a queued one": cancel(({ queued }) => queued),
  "cancel of a parked one": cancel(({ parked }) => parked),
  "cancel of a claimed one": cancel(({ running }) => idOf(running)),
  "retry now of a parked one": wake(({ parked }) => parked),
  "retry now of a claimed one": wake(({ running }) => idOf(running)),
  "end of a queued one": end(({ queued }) => queued),
  "end of a parked one": end(({ parked }) => parked),
  "end of a claimed one": end(({ running }) => idOf(running)),
  "end of a storing one": end(({ storing }) => idOf(storing)),
  refund: adjust({ action: "refund", amount: 3, key: "operator:refund" }),
  "refund under another key": adjust({ action: "refund", amount: 4, key: "operator:other" }),
  adjustment: adjust({ action: "adjust", amount: 7, key: "operator:form:1" }),
  "repeat of the adjustment": adjust({ action: "adjust", amount: 7, key: "operator:form:1" }),
  "withdrawal of everything": adjust({ action: "adjust", amount: -80, key: "operator:form:2" }),
};

const settle = (claim: (world: World) => ClaimedGeneration, outcome: SettleOutcome): Command => {
  return (store, world) => {
    const { generation } = claim(world);
    const { epoch, id } = generation;
    const refund = refundOf(generation, outcome);
    return store.settle({ id, epoch, token: `settle ${outcome.type}`, outcome, refund, attempt: null });
  };
};

const park = (to: "running" | "retry_wait" | "reconciling"): Command => {
  return (store, { running }) => {
    const { epoch, id } = running.generation;
    const command = { id, epoch, to, dueInMs: 1_000, isNoop: false, progress: null, attempt: null } as const;
    return store.park({ ...command, token: `park ${to}` });
  };
};

const otherCommands: Readonly<Record<string, Command>> = {
  claim: async (store) =>
    (await store.claim({ models: ["demo"], limit: 9, leaseMs: 30_000, token: "claim" })).map(idOf).toSorted(),
  "claim of a parked one": async (store, { parked }) =>
    (await store.claim({ models: ["demo"], limit: 1, leaseMs: 30_000, token: "claim one", id: parked })).map(idOf),
  "settle as failed": settle(({ running }) => running, { type: "failed", code: "internal" }),
  "settle as canceled": settle(({ running }) => running, { type: "canceled" }),
  "settle as completed": settle(({ storing }) => storing, { type: "completed", outputs: [output()] }),
  park: park("running"),
  "park to retry": park("retry_wait"),
  "park to reconcile": park("reconciling"),
  renewal: (store, { running }) => {
    const { epoch, id } = running.generation;
    return store.renew({ id, epoch, leaseMs: 30_000 });
  },
  "the owner's cancel of a queued one": async (store, { queued }) =>
    (await store.requestCancel({ ownerId: "ada", id: queued }))?.generation.state,
  "the owner's cancel of a parked one": async (store, { parked }) =>
    (await store.requestCancel({ ownerId: "ada", id: parked }))?.generation.state,
  "the owner's cancel of a claimed one": async (store, { running }) =>
    (await store.requestCancel({ ownerId: "ada", id: idOf(running) }))?.generation.state,
  "the owner's removal": (store, { completed }) => store.remove({ ownerId: "ada", id: completed }),
  erasure: (store) =>
    store.eraseOwner({ ownerId: "ada", pseudonym: "deleted-ada", limit: 100, ownerMarks: ["mark of ada"] }),
  transfer: (store) => store.transferOwner({ from: "ada", to: "bob", credits: "move", initialGrant: 20 }),
  "the host's withdrawal": (store) =>
    store.adjust({ accountId: "ada", kind: "adjustment", amount: -80, reason: null, key: "order", initialGrant: 20 }),
};

const commands = { ...operatorCommands, ...otherCommands };
const names = Object.keys(commands);

/** Without the positions of records, which depend on the order of the commits, and the ids of entries, which a sequence skips. */
function withoutNumbers(result: unknown): unknown {
  if (typeof result !== "object" || result === null || !("position" in result)) return result;
  const { position: _, ...record } = result;
  return JSON.parse(JSON.stringify(record), (key, value) => (key === "entry" && value !== null ? 1 : value));
}

describe("an action of an operator beside another command has the effect of one after the other", () => {
  let world: World;

  beforeAll(async () => {
    pool = (await server()).openPool({ max: 8 });
    await storeOn(pool).migrate();
    rows = savedRows(pool, schema);
    world = await createWorld(storeOn(pool));
    await rows.save();
  });

  /** The results and the rows if one command follows the other. */
  const inOrder = async (order: readonly (readonly [name: string, command: Command])[]) => {
    await rows.restore();
    const results: Record<string, unknown> = {};
    for (const [name, command] of order) results[name] = withoutNumbers(await command(storeOn(pool), world));
    return { ...results, dump: await rows.dump() };
  };

  it.each(Object.entries(commands))("%s, beside other commands", async (name, first) => {
    for (const [index, [otherName, second]] of Object.entries(commands).entries()) {
      if (!(name in operatorCommands) && !(otherName in operatorCommands)) continue;
      // The short form races each command with a sixth of the others.
      if (!isLongRun && (index + names.indexOf(name)) % 6 > 0) continue;
      await rows.restore();
      const results = await interleave({
        pool,
        first: (connection) => first(storeOn(connection), world),
        second: (connection) => second(storeOn(connection), world),
      });
      const [one, two] = [`1: ${name}`, `2: ${otherName}`];
      const [result, otherResult] = [withoutNumbers(results.first), withoutNumbers(results.second)];
      const observed = { [one]: result, [two]: otherResult, dump: await rows.dump() };
      expect({ one, two, violations: await storeOn(pool).audit() }).toEqual({ one, two, violations: [] });
      const [forward, backward] = [[one, first] as const, [two, second] as const];
      const serial = await inOrder([forward, backward]);
      if (isDeepStrictEqual(observed, serial)) continue;
      // A command that has read before it waits may come first.
      const reverse = await inOrder([backward, forward]);
      if (!isDeepStrictEqual(observed, reverse)) expect(observed).toEqual(serial);
    }
    expect(warnings).toEqual([]);
  });
});
