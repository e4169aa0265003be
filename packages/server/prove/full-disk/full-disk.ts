import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { GenerationResponse, SubmitResponse } from "@safelight/client/contract";
import { createSafelight } from "../../src/lib/compose/create-safelight.js";
import { defineModel } from "../../src/lib/model/define-model.js";
import type { Storage } from "../../src/lib/ports/storage.js";
import { fileStorage } from "../../src/lib/storage/file-storage.js";
import { memoryStorage } from "../../src/lib/storage/memory-storage.js";
import { scriptedProvider } from "../../src/lib/testing/fakes/scripted-provider.js";
import { openSmallVolume, type SmallVolume } from "../../src/lib/testing/small-volume.js";
import { tinyPng } from "../../src/lib/testing/tiny-png.js";
import type { Proof, ProofResult } from "../proof.js";
import { scratchFolder } from "../scratch-folder.js";
import { openCappedStore } from "./capped-store.js";

/** The database's file cannot grow, the assets' volume is full or read-only; then there is room again. */
export const fullDisk: Proof = {
  id: "F10",
  title: "a full database, a full and a read-only volume for the assets (rounds)",
  proves: ["I1", "I2", "I3", "I4", "I5", "I6", "I12", "I23"],
  run: ({ scale, onProgress }) =>
    playRounds(scale === "short" ? [0, 3] : Array.from({ length: 24 }, (_, pages) => pages), onProgress),
};

/** Submits go on until so many were refused. */
const enoughRefusals = 10;
const mostSubmits = 1_000;
const outputBytes = 60_000;
const drainsWithinMs = 60_000;

async function playRounds(
  headrooms: readonly number[],
  onProgress: ((done: number, of: number) => void) | undefined,
): Promise<ProofResult> {
  const rounds: (() => Promise<Outcome>)[] = [
    ...headrooms.map((pages) => () => fullDatabase(pages)),
    () => troubledVolume("full", (volume) => volume.fill(8_192)),
    () => troubledVolume("read-only", (volume) => volume.makeReadOnly()),
    () => brokenStorage(),
    () => fullVolume(),
  ];
  const violations: string[] = [];
  let faults = 0;
  for (const [index, round] of rounds.entries()) {
    const outcome = await round();
    violations.push(...outcome.violations);
    faults += outcome.faults;
    onProgress?.(index + 1, rounds.length);
  }
  return { runs: rounds.length, faults, violations };
}

interface Outcome {
  readonly faults: number;
  readonly violations: readonly string[];
}

/** @param pages how far the file may still grow: the fault strikes at another statement for each. */
async function fullDatabase(pages: number): Promise<Outcome> {
  const { server, store, ...given } = await openServer((_, storage) => storage);
  const violations: string[] = [];
  // What is worked on when the disk fills is part of the trouble.
  for (let count = 0; count < 5; count += 1) await given.submit(`early-${count}`);
  store.leave(pages);
  server.worker.start();
  const refused: string[] = [];
  for (let count = 0; count < mostSubmits && refused.length < enoughRefusals; count += 1) {
    const before = store.countGenerations();
    const { status, retryAfter } = await given.submit(`key-${count}`);
    if (status === 503) {
      refused.push(`key-${count}`);
      if (!(Number(retryAfter) > 0)) violations.push(`key-${count} was refused without saying when to come again`);
      if (store.countGenerations() !== before) violations.push(`key-${count} was refused and is there`);
    } else if (status !== 202) violations.push(`key-${count} was answered with ${status}`);
  }
  if (refused.length === 0) violations.push("nobody was refused");
  await pause(200);
  for (const broken of await server.audit()) violations.push(`while it was full: ${broken.check} ${broken.subject}`);
  store.leave(1_000_000);
  for (const key of refused) {
    const { status } = await given.submit(key);
    if (status !== 202) violations.push(`${key} was answered with ${status} when there was room again`);
  }
  violations.push(...(await given.drain()));
  return { faults: refused.length, violations: violations.map((what) => `${pages} pages left: ${what}`) };
}

const clients = 300;
const rounds = 5;

/** The database's own volume is full under 300 clients. Refusals open no files, and the first submit after the cure passes. */
async function fullVolume(): Promise<Outcome> {
  const volume = await openSmallVolume({ sizeBytes: 4_194_304 });
  if (volume === null) return { faults: 0, violations: [] };
  try {
    const given = await openServer((_, storage) => storage, volume.folder);
    await given.submit("before");
    await volume.fill(8_192);
    const before = await countOpenFiles();
    let refusals = 0;
    for (let round = 0; round < rounds; round += 1) {
      const keys = Array.from({ length: clients }, (_, client) => `key-${round}-${client}`);
      const answers = await Promise.all(keys.map((key) => given.submit(key)));
      refusals += answers.filter(({ status }) => status === 503).length;
    }
    const opened = (await countOpenFiles()) - before;
    await volume.free();
    const { status } = await given.submit("after");
    given.server.worker.start();
    const violations = await given.drain();
    return {
      faults: refusals,
      violations: [
        ...violations,
        ...(refusals > 0 ? [] : ["no submit was refused"]),
        ...(opened > 16 ? [`${opened} more files are open after ${refusals} refusals`] : []),
        ...(status === 202 ? [] : [`the first submit after the cure was answered with ${status}`]),
      ].map((what) => `full volume of the database: ${what}`),
    };
  } finally {
    await volume.close();
  }
}

async function countOpenFiles(): Promise<number> {
  return (await readdir("/proc/self/fd")).length;
}

async function troubledVolume(name: string, trouble: (volume: SmallVolume) => Promise<void>): Promise<Outcome> {
  const volume = await openSmallVolume();
  // What may not be mounted here is thrown in the round of the broken storage.
  if (volume === null) return { faults: 0, violations: [] };
  try {
    const assets = join(volume.folder, "assets");
    const given = await openServer(() => fileStorage(assets));
    await given.submit("before");
    given.server.worker.start();
    await given.completed(1);
    await trouble(volume);
    for (let count = 0; count < 8; count += 1) await given.submit(`key-${count}`);
    await pause(1_500);
    const during = await given.countCompleted();
    await volume.free();
    const violations = await given.drain();
    const drafts = (await readdir(join(assets, "~incoming")).catch(() => [])).length;
    return {
      faults: given.failedPuts(),
      violations: [
        ...violations,
        ...(during === 1 ? [] : [`${during - 1} completed without a place for their bytes`]),
        ...(given.failedPuts() > 0 ? [] : ["the volume took everything"]),
        ...(drafts === 0 ? [] : [`${drafts} unfinished files were left`]),
      ].map((what) => `${name} volume: ${what}`),
    };
  } finally {
    await volume.close();
  }
}

/** A storage that takes nothing: also for machines that let nobody mount. */
async function brokenStorage(): Promise<Outcome> {
  let isBroken = true;
  const given = await openServer((_, storage) => ({
    ...storage,
    put: async (key, body, options) => {
      if (!isBroken) return storage.put(key, body, options);
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    },
  }));
  given.server.worker.start();
  for (let count = 0; count < 8; count += 1) await given.submit(`key-${count}`);
  await pause(1_000);
  const during = await given.countCompleted();
  isBroken = false;
  const violations = await given.drain();
  return {
    faults: given.failedPuts(),
    violations: [...violations, ...(during === 0 ? [] : [`${during} completed without their bytes`])],
  };
}

/** A server whose vendor answers half of its jobs at once, with bytes that exist nowhere else. */
async function openServer(
  storageOf: (folder: string, storage: Storage) => Storage,
  databaseFolder: string | null = null,
) {
  const folder = databaseFolder ?? (await scratchFolder());
  const store = openCappedStore(join(folder, "test.db"));
  const bytes = Buffer.concat([tinyPng(), Buffer.alloc(outputBytes)]);
  const outputs = [{ bytes, contentType: "image/png" }];
  const paid = new Map<string, number>();
  const operations = new Map<string, string>();
  const provider = scriptedProvider<unknown>({
    submit: [
      ({ generationId, token }) => {
        paid.set(generationId, (paid.get(generationId) ?? 0) + 1);
        operations.set(token, generationId);
        return paid.size % 2 === 0 ? { type: "done", outputs } : { type: "accepted", operation: { token } };
      },
    ],
    poll: [{ type: "done", outputs }],
    findByToken: [(token) => (operations.has(token) ? { type: "found", operation: { token } } : { type: "unknown" })],
  });
  let failedPuts = 0;
  const inner = storageOf(folder, memoryStorage());
  const storage: Storage = {
    ...inner,
    put: (key, body, options) =>
      inner.put(key, body, options).catch((error: unknown) => {
        failedPuts += 1;
        throw error;
      }),
  };
  const server = createSafelight({
    store: store.store,
    storage,
    identify: () => "ada",
    models: { demo: defineModel({ provider, input: anything, credits: 1 }) },
    secret: "a secret that is long enough for a proof",
    credits: { initialGrant: 10_000 },
    limits: { rate: false, maxActive: 10_000 },
    worker: { leaseMs: 1_000, concurrency: 16 },
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  await server.migrate();
  const ids = new Map<string, string>();

  const ask = (path: string, init: RequestInit = {}) =>
    server.handler(new Request(`http://localhost/api/generations${path}`, init));
  const submit = async (key: string) => {
    const response = await ask("", {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify({ model: "demo", input: { prompt: key } }),
    });
    const body: Partial<SubmitResponse> = await response.json();
    if (body.generation !== undefined) ids.set(key, body.generation.id);
    return { status: response.status, retryAfter: response.headers.get("retry-after") };
  };
  const read = async (id: string) => {
    const { generation }: GenerationResponse = await (await ask(`/${id}`)).json();
    return generation;
  };
  const countCompleted = async () => {
    const all = await Promise.all([...ids.values()].map(read));
    return all.filter(({ status }) => status === "completed").length;
  };
  const completed = async (count: number): Promise<boolean> => {
    for (const start = performance.now(); performance.now() - start < drainsWithinMs; await pause(50)) {
      if ((await countCompleted()) >= count) return true;
    }
    return false;
  };

  return {
    server,
    store,
    submit,
    completed,
    countCompleted,
    failedPuts: () => failedPuts,
    /** Waits until everything has come to its end, looks at all of it, and closes. Gives what is wrong. */
    drain: async (): Promise<readonly string[]> => {
      const wrong: string[] = [];
      if (!(await completed(ids.size))) wrong.push(`only ${await countCompleted()} of ${ids.size} completed`);
      if (store.countGenerations() !== ids.size)
        wrong.push(`${store.countGenerations()} generations for ${ids.size} keys`);
      for (const [id, count] of paid) if (count > 1) wrong.push(`${id} was paid for ${count} times`);
      for (const id of ids.values()) {
        const generation = await read(id);
        const url = generation.status === "completed" ? generation.outputs[0].url : "/nothing";
        const got = Buffer.from(await (await server.handler(new Request(`http://localhost${url}`))).arrayBuffer());
        if (hashOf(got) !== hashOf(bytes)) wrong.push(`the bytes of ${id} are not those of the vendor`);
      }
      for (const { check, subject, detail } of await server.audit()) wrong.push(`${check}: ${subject} (${detail})`);
      await server.close();
      if (databaseFolder === null) await rm(folder, { recursive: true, force: true });
      return wrong;
    },
  };
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const anything = {
  "~standard": { version: 1, vendor: "safelight", validate: (value: unknown) => ({ value }) },
} as const;
