import { setTimeout as pause } from "node:timers/promises";
import { postgresEventBus, postgresStore } from "@safelight/server/postgres";
import { redisEventBus } from "@safelight/server/redis";
import { Redis } from "ioredis";
import { Client, Pool } from "pg";
import { epochNow } from "../frame/epoch-now.ts";
import { handleCommands } from "../frame/handle-commands.ts";
import { hideSharp } from "../frame/hide-sharp.ts";
import { composeHost, model } from "./safelight-host.ts";
import { prompt, type Start } from "./workload.ts";

/** Parameters of a node. */
export interface NodeStart extends Start {
  readonly bus: BusKind;
  /** `null` without Redis. */
  readonly redisUrl: string | null;
}

export type BusKind = "none" | "postgres" | "redis";

/** A submit of the other node. */
export interface Committed {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

hideSharp();

let started: (at: number) => void = () => {};
const seen = new Map<string, number>();

function open({ bus, connections, redisUrl, url }: NodeStart) {
  const store = postgresStore({ client: new Pool({ connectionString: url, max: connections }) });
  return composeHost({ store, bus: openBus({ bus, redisUrl, url }), onStart: () => started(epochNow()) });
}

function openBus({ bus, redisUrl, url }: Pick<NodeStart, "bus" | "redisUrl" | "url">) {
  if (bus === "postgres") return postgresEventBus({ listen: () => new Client({ connectionString: url }) });
  if (bus === "none" || redisUrl === null) return undefined;
  return redisEventBus({ publisher: new Redis(redisUrl), subscriber: new Redis(redisUrl) });
}

let opened: ReturnType<typeof open> | null = null;
let watching: Promise<number> = Promise.resolve(0);
let starting: Promise<number> = Promise.resolve(0);

function node(): ReturnType<typeof open> {
  if (opened === null) throw new Error("The node has not started.");
  return opened;
}

async function submit(ownerId: string): Promise<Committed> {
  const { generation } = await node().api.submit({ ownerId }, model, { prompt });
  return { id: generation.id, at: epochNow() };
}

/** Long polls like a client, and records when it first sees each generation. */
async function watch(ownerId: string): Promise<never> {
  const caller = { ownerId };
  let position = await node().api.active(caller);
  for (;;) {
    const { ownerTag, sequence, timeline } = position;
    const changes = await node().api.changes(caller, { after: sequence, ownerTag, timeline, waitMs: 25_000 });
    if (changes === null) continue;
    for (const { id } of changes.changed) if (!seen.has(id)) seen.set(id, epochNow());
    position = changes;
  }
}

/** Returns a function that waits for the owner's next change, and resolves with its time in epoch milliseconds. */
async function nextChange(ownerId: string): Promise<() => Promise<number>> {
  const caller = { ownerId };
  const { ownerTag, sequence, timeline } = await node().api.active(caller);
  return async () => {
    const changes = await node().api.changes(caller, { after: sequence, ownerTag, timeline, waitMs: 25_000 });
    if (changes === null) throw new Error(`No change of ${ownerId} arrived.`);
    return epochNow();
  };
}

handleCommands({
  async start(settings: NodeStart) {
    opened = open(settings);
    await opened.migrate();
  },
  work: () => node().worker.start(),
  submit: ({ ownerId }: { readonly ownerId: string }) => submit(ownerId),
  /** Begins to wait for the owner's next change; `change` resolves with its time. */
  async expectChange({ ownerId }: { readonly ownerId: string }) {
    const wait = await nextChange(ownerId);
    watching = wait();
    watching.catch(() => {});
  },
  change: () => watching,
  /** Begins to wait for the next paid request; `paidRequest` resolves with its time. */
  expectPaidRequest() {
    starting = new Promise((resolve) => {
      started = resolve;
    });
  },
  paidRequest: () => starting,
  watchAll({ ownerIds }: { readonly ownerIds: readonly string[] }) {
    for (const ownerId of ownerIds) watch(ownerId).catch(() => process.exit(1));
  },
  /** Submits one generation after another, `everyMs` apart, without waiting for the one before. */
  async submitAll({ everyMs, ownerIds }: { readonly everyMs: number; readonly ownerIds: readonly string[] }) {
    const submits: Promise<Committed>[] = [];
    const beganAt = performance.now();
    for (const [index, ownerId] of ownerIds.entries()) {
      await pause(Math.max(beganAt + index * everyMs - performance.now(), 0));
      submits.push(submit(ownerId));
    }
    return Promise.all(submits);
  },
  seen: () => seen,
});
