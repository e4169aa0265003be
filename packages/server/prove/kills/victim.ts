import { randomUUID } from "node:crypto";
import { embeddedDispatcher } from "../../src/lib/dispatcher/embedded-dispatcher.js";
import { inProcessEventBus } from "../../src/lib/event-bus/in-process-event-bus.js";
import { defineModel } from "../../src/lib/model/define-model.js";
import type { SubmitCommand } from "../../src/lib/ports/store-commands.js";
import { keepAlive } from "../../src/lib/process/keep-alive.js";
import { systemClock } from "../../src/lib/process/system-clock.js";
import { fileStorage } from "../../src/lib/storage/file-storage.js";
import { libsqlStore } from "../../src/lib/store/libsql/libsql-store.js";
import { createWorker } from "../../src/lib/worker/create-worker.js";
import { vendorProvider } from "./vendor-provider.js";

/** What the parent gives a victim, as JSON in its first argument. */
export interface VictimOptions {
  readonly databaseUrl: string;
  readonly storageFolder: string;
  readonly vendorUrl: string;
  readonly leaseMs: number;
  /** Where it kills itself, such as `"P7"`; `null`: the parent kills it. `P2` and `P3` are on the way of a submit. */
  readonly diesAt: string | null;
  /** At which passing of that point, from 1. */
  readonly diesAtPass: number;
}

const options: VictimOptions = JSON.parse(process.argv[2] ?? "{}");
let passes = 0;

function pass(point: string): void {
  if (point !== options.diesAt) return;
  passes += 1;
  if (passes === options.diesAtPass) process.kill(process.pid, "SIGKILL");
}

const store = libsqlStore({ url: options.databaseUrl });
await store.migrate();
const dispatcher = embeddedDispatcher(store);
const worker = createWorker({
  store,
  storage: fileStorage(options.storageFolder),
  models: {
    demo: defineModel({
      provider: vendorProvider({ url: options.vendorUrl, onTaken: () => pass("P6") }),
      input: { "~standard": { version: 1, vendor: "safelight", validate: (value: unknown) => ({ value }) } },
      credits: 4,
    }),
  },
  dispatcher,
  eventBus: inProcessEventBus(store),
  clock: systemClock,
  logger: {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (message, fields) => console.error(message, fields),
  },
  random: Math.random,
  createToken: randomUUID,
  keepAlive,
  concurrency: 8,
  leaseMs: options.leaseMs,
  reconcileForMs: 60_000,
  storingGraceMs: 60_000,
  drainMs: 5_000,
  onCrashPoint: pass,
});
worker.start();

/** The parent submits through a victim, so that the acknowledgement may die with it. */
process.on("message", async (command: SubmitCommand) => {
  const submitted = store.submit(command);
  pass("P2");
  const verdict = await submitted;
  pass("P3");
  dispatcher.enqueue({ generationId: command.id, dueInMs: 0 });
  process.send?.({ id: command.id, type: verdict.type });
});
process.send?.("ready");
