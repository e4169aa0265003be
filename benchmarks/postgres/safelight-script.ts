import type { Store } from "@safelight/server";
import { postgresStore } from "@safelight/server/postgres";
import { Pool } from "pg";
import { handleCommands } from "../frame/handle-commands.ts";
import { hideSharp } from "../frame/hide-sharp.ts";
import { keepInFlight } from "./in-flight.ts";
import { composeHost, model } from "./safelight-host.ts";
import { batch, ownerCount, ownerOf, prompt, type Start, submitsAtOnce } from "./workload.ts";

hideSharp();

/** Longer than each measurement: no lease expires. */
const leaseMs = 100_000;
/** Claims of each client before the measurement: its connection plans the statements. */
const warmUpClaims = 6;
/** A client that finds nothing this many times in a row has finished. */
const maxMisses = 20;

type SubmitCommand = Parameters<Store["submit"]>[0];

function open({ connections, url }: Start) {
  const store = postgresStore({ client: new Pool({ connectionString: url, max: connections }) });
  let ended = 0;
  let command: SubmitCommand | null = null;
  const counting = {
    ...store,
    submit(submitted: SubmitCommand) {
      command ??= submitted;
      return store.submit(submitted);
    },
    settle: async (settled: Parameters<Store["settle"]>[0]) => {
      const verdict = await store.settle(settled);
      if (verdict.type !== "lost" && settled.outcome.type === "completed") ended += 1;
      return verdict;
    },
  };
  return { store, safelight: composeHost({ store: counting }), ended: () => ended, command: () => command };
}

let opened: ReturnType<typeof open> | null = null;

function host(): ReturnType<typeof open> {
  if (opened === null) throw new Error("The host has not started.");
  return opened;
}

function submit(index: number): Promise<unknown> {
  const options = { idempotencyKey: crypto.randomUUID() };
  return host().safelight.api.submit({ ownerId: ownerOf(index) }, model, { prompt }, options);
}

/** Sends the command of an earlier submit as another one. */
function submitToStore(index: number): Promise<unknown> {
  const { command, store } = host();
  const earlier = command();
  if (earlier?.idempotencyKey == null) throw new Error("Submit through the API first.");
  const [ownerId, unique] = [ownerOf(index), crypto.randomUUID()];
  const idempotencyKey = { ...earlier.idempotencyKey, keyHash: unique };
  const ids = { id: `gen_${unique}`, ownerId, accountId: ownerId, storagePrefix: unique };
  return store.submit({ ...earlier, ...ids, idempotencyKey });
}

async function submitCount(count: number): Promise<void> {
  let next = 0;
  const submitInTurn = async (): Promise<void> => {
    while (next < count) await submit(next++);
  };
  await Promise.all(Array.from({ length: submitsAtOnce }, submitInTurn));
}

handleCommands({
  async start(settings: Start) {
    opened = open(settings);
    await opened.safelight.migrate();
  },
  /** Creates the owners and accounts: a server has known most of its owners before. */
  warmUp: () => submitCount(ownerCount),
  enter: ({ isStoreAlone = false, ms }: { readonly ms: number; readonly isStoreAlone?: boolean }) =>
    keepInFlight(isStoreAlone ? submitToStore : submit, { atOnce: submitsAtOnce, ms }),
  fill: ({ count }: { readonly count: number }) => submitCount(count),
  /** Claims all due generations. Returns the number of measured ones, and the seconds from the first claim to the last. */
  async claim({ clients }: { readonly clients: number }) {
    const { store } = host();
    const claim = async (limit: number): Promise<number> =>
      (await store.claim({ models: [model], limit, leaseMs, token: crypto.randomUUID() })).length;
    const eachClient = (work: () => Promise<void>) => Promise.all(Array.from({ length: clients }, work));
    await eachClient(async () => {
      for (let index = 0; index < warmUpClaims; index += 1) await claim(1);
    });
    const beganAt = performance.now();
    let [count, lastAt] = [0, beganAt];
    await eachClient(async () => {
      for (let misses = 0; misses < maxMisses; ) {
        const claimed = await claim(batch);
        misses = claimed === 0 ? misses + 1 : 0;
        if (claimed > 0) [count, lastAt] = [count + claimed, performance.now()];
      }
    });
    return { count, seconds: (lastAt - beganAt) / 1_000 };
  },
  work: () => host().safelight.worker.start(),
  ended: () => host().ended(),
  async check() {
    const violations = await host().safelight.audit();
    if (violations.length > 0) throw new Error(`The audit found ${JSON.stringify(violations)}.`);
  },
});
