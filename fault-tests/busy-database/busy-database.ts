import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { createSafelight } from "../../packages/server/src/lib/compose/create-safelight.js";
import { defineModel } from "../../packages/server/src/lib/model/define-model.js";
import { memoryStorage } from "../../packages/server/src/lib/storage/memory-storage.js";
import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import { anyInput } from "../../packages/server/testing/fakes/any-input.js";
import { scriptedProvider } from "../../packages/server/testing/fakes/scripted-provider.js";
import { openGround } from "../ground/open-ground.js";
import type { Proof, ProofResult, ProofRun } from "../proof.js";
import { type Call, Caller } from "./caller.js";
import { startHost } from "./host.js";
import type { HolderMessage } from "./lock-holder.js";

/** Another process holds the write lock while clients send requests and a worker runs; a reader keeps an old snapshot. */
export const busyDatabase: Proof = {
  id: "F9",
  title: "another process holds the write lock, up to 30 s, and a snapshot (requests)",
  proves: ["I1", "I5", "I8", "I12"],
  run: ({ scale, ...run }) => play(holds[scale], run),
};

const holds = {
  short: [500, 6_000],
  long: [100, 500, 1_000, 2_000, 4_000, 6_000, 10_000, 15_000, 30_000, 6_000, 2_000],
};

/** The store's busy timeout is 5 s; the rest is slack for a slow machine. The longest lock is held longer. */
const respondsWithinMs = 25_000;
const endsWithinMs = 180_000;

async function play(
  durations: readonly number[],
  { ground: source, onProgress }: Pick<ProofRun, "ground" | "onProgress">,
): Promise<ProofResult> {
  const ground = await openGround(source);
  const provider = scriptedProvider<unknown>();
  const safelight = createSafelight({
    store: ground.open(),
    storage: memoryStorage(),
    identify: ({ headers }) => headers.get("x-test-user"),
    models: { demo: defineModel({ provider, input: anyInput, credits: 1 }) },
    secret: "a secret that is long enough for a proof",
    credits: { initialGrant: 1_000_000 },
    limits: { rate: false, maxActive: 100_000 },
    worker: { leaseMs: 3_000 },
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  await safelight.migrate();
  const host = await startHost(safelight.handler);
  const script = await bundleScript(new URL("./lock-holder.ts", import.meta.url));
  const holder = fork(script.path, [ground.url]);
  await once(holder, "message");
  safelight.worker.start();

  const caller = new Caller(host.url);
  const violations: string[] = [];
  let refused = 0;
  for (const [index, forMs] of durations.entries()) {
    const before = caller.calls.length;
    const { released } = await hold(holder, forMs);
    const calling = caller.callUntil(released);
    await released;
    await calling;
    const refusals = caller.calls.slice(before).filter(({ status }) => status === 503).length;
    refused += refusals;
    if (forMs > 5_500 && refusals === 0)
      violations.push(`no request was refused while the lock was held for ${forMs} ms`);
    // The first request after the release: a broken connection would refuse every later one.
    const { status } = await caller.submit();
    if (status !== 202) violations.push(`after ${forMs} ms a submit got status ${status}`);
    onProgress?.(index + 1, durations.length);
  }
  for (const key of caller.refusedKeys()) await caller.submit(key);

  violations.push(...caller.calls.flatMap(violationsOf));
  const ids = caller.acceptedIds();
  const lost = await waitForAll(ids, async (id) => (await safelight.api.get({ ownerId: "ada" }, id)).status);
  violations.push(...lost.map((id) => `${id} was acknowledged and did not complete`));
  if (new Set(ids).size !== caller.keys)
    violations.push(`${caller.keys} keys created ${new Set(ids).size} generations`);
  const paid = new Map<string, number>();
  for (const { generationId } of provider.submits) paid.set(generationId, (paid.get(generationId) ?? 0) + 1);
  for (const [id, count] of paid) if (count > 1) violations.push(`${id} was paid ${count} times`);
  for (const { check, subject, detail } of await safelight.audit()) violations.push(`${check}: ${subject} (${detail})`);

  holder.send({ type: "end" } satisfies HolderMessage);
  await host.close();
  await safelight.close();
  await ground.drop();
  await script.remove();
  const maxMs = Math.max(...caller.calls.map(({ ms }) => ms));
  return {
    runs: caller.calls.length,
    faults: durations.length + refused,
    violations,
    figures: { "status 503": String(refused), "slowest response": `${Math.round(maxMs).toLocaleString("en")} ms` },
  };
}

/** Resolves once the lock is held; `released` resolves when the holder has released it. */
async function hold(holder: ChildProcess, forMs: number): Promise<{ readonly released: Promise<unknown> }> {
  holder.send({ type: "hold", forMs } satisfies HolderMessage);
  await once(holder, "message");
  return { released: once(holder, "message") };
}

function violationsOf({ what, status, ms, retryAfter }: Call): readonly string[] {
  const isFine = status === 200 || status === 202 || status === 204;
  return [
    ...(ms > respondsWithinMs ? [`${what} took ${Math.round(ms)} ms`] : []),
    ...(isFine || status === 503 ? [] : [`${what} got status ${status}`]),
    ...(status === 503 && !(Number(retryAfter) > 0) ? [`${what} was refused without Retry-After`] : []),
  ];
}

async function waitForAll(
  ids: readonly string[],
  statusOf: (id: string) => Promise<string>,
): Promise<readonly string[]> {
  let open = ids;
  for (const start = performance.now(); open.length > 0 && performance.now() - start < endsWithinMs; await pause(50)) {
    const statuses = await Promise.all(open.map(statusOf));
    open = open.filter((_, index) => statuses[index] !== "completed");
  }
  return open;
}
