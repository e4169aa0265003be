import { setTimeout as pause } from "node:timers/promises";
import type { Absent, Contender } from "../frame/compare.ts";
import { quantileOf } from "../frame/quantiles.ts";
import { type Child, startChild } from "../frame/servers/child.ts";
import { startRedis } from "../frame/servers/redis-server.ts";
import { withCleanup } from "../frame/with-cleanup.ts";
import { type Cost, startCpuClock } from "./cost.ts";
import type { BusKind, Committed, NodeStart } from "./node-script.ts";
import type { SharedPostgres } from "./shared-postgres.ts";
import { nodeConnections } from "./workload.ts";

const script = new URL("./node-script.ts", import.meta.url);

const busNames: Readonly<Record<BusKind, string>> = {
  none: "no event bus",
  postgres: "`postgresEventBus`",
  redis: "`redisEventBus`",
};
export const changeName = (bus: BusKind): string => `commit → seen on the other node: ${busNames[bus]}`;
const wakeName = (bus: BusKind): string => `commit → paid request on the other node: ${busNames[bus]}`;
const watchersName = (bus: BusKind): string => `watchers over two nodes: ${busNames[bus]}`;

/** Min and max pause between two submits: both nodes are idle before each. */
const gapMs = [30, 90] as const;
const warmUps = 10;

/** Sizes of a measurement. */
export interface TwoNodesSize {
  /** Submits of one after another with an event bus, and without one. */
  readonly wakes: number;
  readonly wakesWithoutBus: number;
  /** Watched owners on each node, and submits to them. */
  readonly watchers: number;
  readonly submits: number;
  /** Pause between two submits of a node under load. */
  readonly everyMs: number;
}

export function twoNodesContenders(postgres: SharedPostgres, size: TwoNodesSize): readonly Contender<Cost>[] {
  const count = (bus: BusKind): number => (bus === "none" ? size.wakesWithoutBus : size.wakes);
  const kinds: readonly BusKind[] = ["none", "postgres", "redis"];
  const contender =
    (nameOf: (bus: BusKind) => string, measure: (nodes: Nodes, bus: BusKind) => Promise<Cost>) => (bus: BusKind) => ({
      name: nameOf(bus),
      measure: () => withNodes(postgres, { bus, measure: (nodes) => measure(nodes, bus) }),
    });
  return [
    ...kinds.map(contender(changeName, (nodes, bus) => measureChanges(nodes, count(bus)))),
    ...kinds.map(contender(wakeName, (nodes, bus) => measureWakes(nodes, count(bus)))),
    ...kinds.map(contender(watchersName, (nodes) => measureWatchers(nodes, size))),
  ];
}

interface Nodes {
  readonly first: Child;
  readonly second: Child;
  readonly serverPid: number;
}

function withNodes(
  postgres: SharedPostgres,
  { bus, measure }: { readonly bus: BusKind; readonly measure: (nodes: Nodes) => Promise<Cost> },
): Promise<Cost | Absent> {
  return withCleanup(async (defer) => {
    const redis = bus === "redis" ? await startRedis() : null;
    if (redis !== null && "absent" in redis) return redis;
    if (redis !== null) defer(() => redis.stop());
    const database = await postgres.createDatabase();
    defer(() => database.drop());
    const start: NodeStart = { url: database.url, connections: nodeConnections, bus, redisUrl: redis?.url ?? null };
    const startNode = async (): Promise<Child> => {
      const node = await startChild(script);
      defer(() => node.stop());
      await node.run("start", start);
      return node;
    };
    return measure({ first: await startNode(), second: await startNode(), serverPid: postgres.pid });
  });
}

/** One submit at a time on the first node, whose owner polls the second one. */
function measureChanges({ first, second }: Nodes, count: number): Promise<Cost> {
  return measureDelays(count, async (index) => {
    // A new owner each, so that no response grows.
    const ownerId = `watched-${index}`;
    await second.run("expectChange", { ownerId });
    await pauseBetween();
    const { at } = await first.run<Committed>("submit", { ownerId });
    return (await second.run<number>("change")) - at;
  });
}

/** One submit at a time on the first node, for the worker of the second one. */
async function measureWakes({ first, second }: Nodes, count: number): Promise<Cost> {
  await second.run("work");
  return measureDelays(count, async (index) => {
    await second.run("expectPaidRequest");
    await pauseBetween();
    const { at } = await first.run<Committed>("submit", { ownerId: `waiting-${index}` });
    return (await second.run<number>("paidRequest")) - at;
  });
}

async function measureDelays(count: number, measure: (index: number) => Promise<number>): Promise<Cost> {
  const notMeasured = Math.min(warmUps, count);
  const delays: number[] = [];
  for (let index = 0; index < notMeasured + count; index += 1) {
    const delay = await measure(index);
    if (index >= notMeasured) delays.push(delay);
  }
  const unmeasured = { rate: Number.NaN, serverUs: Number.NaN, nodeUs: Number.NaN };
  return { ...unmeasured, p50: quantileOf(delays, 0.5), p99: quantileOf(delays, 0.99) };
}

function pauseBetween(): Promise<void> {
  const [min, max] = gapMs;
  return pause(min + (max - min) * Math.random());
}

/** Each node watches owners whose generations are submitted on the other one. */
async function measureWatchers({ first, second, serverPid }: Nodes, size: TwoNodesSize): Promise<Cost> {
  const { everyMs, submits, watchers } = size;
  const ownersOf = (node: string) => Array.from({ length: watchers }, (_, index) => `${node}-${index}`);
  const load = (node: string) => Array.from({ length: submits }, (_, index) => `${node}-${index % watchers}`);
  await Promise.all([
    first.run("watchAll", { ownerIds: ownersOf("first") }),
    second.run("watchAll", { ownerIds: ownersOf("second") }),
  ]);
  // Creates the owners and accounts.
  await submitOnBoth({ first, second }, { everyMs, toFirst: ownersOf("first"), toSecond: ownersOf("second") });
  const cpuOf = startCpuClock({ server: serverPid, nodes: [first.pid, second.pid] });
  const beganAt = performance.now();
  const loads = { everyMs, toFirst: load("first"), toSecond: load("second") };
  const { committedOnFirst, committedOnSecond } = await submitOnBoth({ first, second }, loads);
  const delays = [...(await delaysOf(second, committedOnFirst)), ...(await delaysOf(first, committedOnSecond))];
  const seconds = (performance.now() - beganAt) / 1_000;
  const cost = { p50: quantileOf(delays, 0.5), p99: quantileOf(delays, 0.99), ...cpuOf(delays.length) };
  return { rate: delays.length / seconds, ...cost };
}

async function submitOnBoth(
  { first, second }: Pick<Nodes, "first" | "second">,
  loads: { readonly everyMs: number; readonly toFirst: readonly string[]; readonly toSecond: readonly string[] },
) {
  const { everyMs, toFirst, toSecond } = loads;
  const [committedOnFirst, committedOnSecond] = await Promise.all([
    first.run<readonly Committed[]>("submitAll", { everyMs, ownerIds: toSecond }),
    second.run<readonly Committed[]>("submitAll", { everyMs, ownerIds: toFirst }),
  ]);
  return { committedOnFirst, committedOnSecond };
}

/** Waits until the node has seen all of them. */
async function delaysOf(node: Child, committed: readonly Committed[]): Promise<readonly number[]> {
  const beganAt = performance.now();
  for (;;) {
    const seen = await node.run<ReadonlyMap<string, number>>("seen");
    const delays = committed.map(({ at, id }) => (seen.get(id) ?? Number.NaN) - at);
    const missing = delays.filter(Number.isNaN).length;
    if (missing === 0) return delays;
    if (performance.now() - beganAt > 40_000) throw new Error(`${missing} changes were not seen by the other node.`);
    await pause(100);
  }
}
