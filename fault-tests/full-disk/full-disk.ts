import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { GenerationResponse, SubmitResponse } from "@safelight/client/contract";
import { createSafelight } from "../../packages/server/src/lib/compose/create-safelight.js";
import { defineModel } from "../../packages/server/src/lib/model/define-model.js";
import type { Storage } from "../../packages/server/src/lib/ports/storage.js";
import { fileStorage } from "../../packages/server/src/lib/storage/file-storage.js";
import { memoryStorage } from "../../packages/server/src/lib/storage/memory-storage.js";
import { anyInput } from "../../packages/server/testing/fakes/any-input.js";
import { scriptedProvider } from "../../packages/server/testing/fakes/scripted-provider.js";
import { tinyPng } from "../../packages/server/testing/tiny-png.js";
import { openSmallVolume, type SmallVolume } from "../../packages/server/testing/volumes/small-volume.js";
import type { Proof, ProofResult } from "../proof.js";
import { scratchFolder } from "../scratch-folder.js";
import { openCappedStore } from "./capped-store.js";
import { playFullPostgres } from "./full-postgres.js";

/** The database file cannot grow, or the volume of the outputs is full or read-only; later there is room again. */
export const fullDisk: Proof = {
  id: "F10",
  title: "a full database, a full and a read-only volume for the outputs (rounds)",
  proves: ["I1", "I2", "I3", "I4", "I5", "I6", "I12", "I23"],
  async run({ scale, ground, onProgress }) {
    if (ground.kind === "postgres") return playFullPostgres(scale, onProgress);
    return playRounds(scale === "short" ? [3] : Array.from({ length: 24 }, (_, pages) => pages), onProgress);
  },
};

/** A round submits until this many submits were refused. */
const enoughRefusals = 10;
const maxSubmits = 1_000;
const outputBytes = 60_000;
const drainsWithinMs = 180_000;

async function playRounds(
  headrooms: readonly number[],
  onProgress: ((done: number, of: number) => void) | undefined,
): Promise<ProofResult> {
  const rounds: (() => Promise<Outcome>)[] = [
    ...headrooms.map((pages) => () => fullDatabase(pages)),
    () => faultyVolume("full", (volume) => volume.fill(8_192)),
    () => faultyVolume("read-only", (volume) => volume.makeReadOnly()),
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

/** @param pages that the file may still grow by. Each number makes another statement fail. */
async function fullDatabase(pages: number): Promise<Outcome> {
  const { server, store, ...host } = await openServer((_, storage) => storage);
  const violations: string[] = [];
  // Work is in progress when the disk fills up.
  for (let count = 0; count < 5; count += 1) await host.submit(`early-${count}`);
  store.allowPages(pages);
  server.worker.start();
  const refused: string[] = [];
  for (let count = 0; count < maxSubmits && refused.length < enoughRefusals; count += 1) {
    const before = store.countGenerations();
    const { status, retryAfter } = await host.submit(`key-${count}`);
    if (status === 503) {
      refused.push(`key-${count}`);
      if (!(Number(retryAfter) > 0)) violations.push(`key-${count} was refused without Retry-After`);
      if (store.countGenerations() !== before) violations.push(`key-${count} was refused but created a generation`);
    } else if (status !== 202) violations.push(`key-${count} got status ${status}`);
  }
  if (refused.length === 0) violations.push("no submit was refused");
  await pause(200);
  for (const broken of await server.audit()) violations.push(`while it was full: ${broken.check} ${broken.subject}`);
  store.allowPages(1_000_000);
  for (const key of refused) {
    const { status } = await host.submit(key);
    if (status !== 202) violations.push(`${key} got status ${status} when there was room again`);
  }
  violations.push(...(await host.drain()));
  return { faults: refused.length, violations: violations.map((what) => `${pages} pages left: ${what}`) };
}

const clients = 300;
const rounds = 5;

/** The volume of the database is full under 300 clients. Refusals open no files; once there is room, a submit succeeds. */
async function fullVolume(): Promise<Outcome> {
  const volume = await openSmallVolume({ sizeBytes: 4_194_304 });
  if (volume === null) return { faults: 0, violations: [] };
  try {
    const host = await openServer((_, storage) => storage, volume.folder);
    await host.submit("before");
    await volume.fill(8_192);
    const before = await countOpenFiles();
    let refusals = 0;
    for (let round = 0; round < rounds; round += 1) {
      const keys = Array.from({ length: clients }, (_, client) => `key-${round}-${client}`);
      const responses = await Promise.all(keys.map((key) => host.submit(key)));
      refusals += responses.filter(({ status }) => status === 503).length;
    }
    const opened = (await countOpenFiles()) - before;
    await volume.free();
    const { status } = await host.submit("after");
    host.server.worker.start();
    const violations = await host.drain();
    return {
      faults: refusals,
      violations: [
        ...violations,
        ...(refusals > 0 ? [] : ["no submit was refused"]),
        ...(opened > 16 ? [`${opened} more files are open after ${refusals} refusals`] : []),
        ...(status === 202 ? [] : [`the first submit with room again got status ${status}`]),
      ].map((what) => `full volume of the database: ${what}`),
    };
  } finally {
    await volume.close();
  }
}

async function countOpenFiles(): Promise<number> {
  return (await readdir("/proc/self/fd")).length;
}

async function faultyVolume(name: string, makeFaulty: (volume: SmallVolume) => Promise<void>): Promise<Outcome> {
  const volume = await openSmallVolume();
  // Without permission to mount, `brokenStorage` throws the same error.
  if (volume === null) return { faults: 0, violations: [] };
  try {
    const assets = join(volume.folder, "assets");
    const host = await openServer(() => fileStorage(assets));
    await host.submit("before");
    host.server.worker.start();
    await host.completed(1);
    await makeFaulty(volume);
    for (let count = 0; count < 8; count += 1) await host.submit(`key-${count}`);
    await pause(1_500);
    const during = await host.countCompleted();
    await volume.free();
    const violations = await host.drain();
    const drafts = (await readdir(join(assets, "~incoming")).catch(() => [])).length;
    return {
      faults: host.failedPuts(),
      violations: [
        ...violations,
        ...(during === 1 ? [] : [`${during - 1} completed without stored bytes`]),
        ...(host.failedPuts() > 0 ? [] : ["the volume accepted every write"]),
        ...(drafts === 0 ? [] : [`${drafts} unfinished files were left`]),
      ].map((what) => `${name} volume: ${what}`),
    };
  } finally {
    await volume.close();
  }
}

/** A storage that refuses every write: also for machines without permission to mount. */
async function brokenStorage(): Promise<Outcome> {
  let isBroken = true;
  const host = await openServer((_, storage) => ({
    ...storage,
    // biome-ignore lint/complexity/useMaxParams: a method of `Storage`
    put: async (key, body, options) => {
      if (!isBroken) return storage.put(key, body, options);
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    },
  }));
  host.server.worker.start();
  for (let count = 0; count < 8; count += 1) await host.submit(`key-${count}`);
  await pause(1_000);
  const during = await host.countCompleted();
  isBroken = false;
  const violations = await host.drain();
  return {
    faults: host.failedPuts(),
    violations: [...violations, ...(during === 0 ? [] : [`${during} completed without their bytes`])],
  };
}

/** A server whose vendor returns every second result in the response itself, so that the bytes exist in memory alone. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one host, in the order of its parts
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
    // biome-ignore lint/complexity/useMaxParams: a method of `Storage`
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
    models: { demo: defineModel({ provider, input: anyInput, credits: 1 }) },
    secret: "a secret that is long enough for a proof",
    credits: { initialGrant: 10_000 },
    limits: { rate: false, maxActive: 10_000 },
    worker: { leaseMs: 1_000, concurrency: 16 },
    // The stored bytes are compared with the vendor's.
    provenance: false,
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  await server.migrate();
  const ids = new Map<string, string>();

  const send = (path: string, init: RequestInit = {}) =>
    server.handler(new Request(`http://localhost/api/generations${path}`, init));
  const submit = async (key: string) => {
    const response = await send("", {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify({ model: "demo", input: { prompt: key } }),
    });
    const body: Partial<SubmitResponse> = await response.json();
    if (body.generation !== undefined) ids.set(key, body.generation.id);
    return { status: response.status, retryAfter: response.headers.get("retry-after") };
  };
  const read = async (id: string) => {
    const { generation }: GenerationResponse = await (await send(`/${id}`)).json();
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
    /** Waits until all generations have ended, verifies them, closes the server, and returns the violations. */
    drain: async (): Promise<readonly string[]> => {
      const wrong: string[] = [];
      if (!(await completed(ids.size))) wrong.push(`only ${await countCompleted()} of ${ids.size} completed`);
      if (store.countGenerations() !== ids.size)
        wrong.push(`${store.countGenerations()} generations for ${ids.size} keys`);
      for (const [id, count] of paid) if (count > 1) wrong.push(`${id} was paid ${count} times`);
      for (const id of ids.values()) {
        const generation = await read(id);
        const url = generation.status === "completed" ? generation.outputs[0].url : "/nothing";
        const got = Buffer.from(await (await server.handler(new Request(`http://localhost${url}`))).arrayBuffer());
        if (hashOf(got) !== hashOf(bytes)) wrong.push(`the bytes of ${id} differ from the vendor's`);
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
