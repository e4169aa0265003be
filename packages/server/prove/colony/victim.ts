import { randomUUID } from "node:crypto";
import { embeddedDispatcher } from "../../src/lib/dispatcher/embedded-dispatcher.js";
import { inProcessEventBus } from "../../src/lib/event-bus/in-process-event-bus.js";
import { defineModel } from "../../src/lib/model/define-model.js";
import type { SubmitCommand, SubmitVerdict } from "../../src/lib/ports/store/store-commands.js";
import type { RecordWebhookCommand } from "../../src/lib/ports/store/webhook-store.js";
import { keepAlive } from "../../src/lib/process/keep-alive.js";
import { systemClock } from "../../src/lib/process/system-clock.js";
import { fileStorage } from "../../src/lib/storage/file-storage.js";
import { noCopier } from "../../src/lib/testing/fakes/no-copier.js";
import { createWorker } from "../../src/lib/worker/loop/create-worker.js";
import type { LeasedWrite } from "./kill-points.js";
import { vendorProvider } from "./vendor-provider.js";
import { victimStore } from "./victim-store.js";

/** What the parent gives a victim, as JSON in its first argument. */
export interface VictimOptions {
  readonly databaseUrl: string;
  readonly storageFolder: string;
  readonly vendorUrl: string;
  readonly leaseMs: number;
  /** Where it kills itself, such as `"P7"`; `null`: the parent kills it. */
  readonly diesAt: string | null;
  /** At which passing of that point, from 1. */
  readonly diesAtPass: number;
  /** Whether it tells of every write under a lease. */
  readonly tellsWrites: boolean;
  /** By how much its clock is ahead of the machine's, until `set_clock`; `null`: it has the machine's clock for good. */
  readonly aheadMs: number | null;
}

/** What the parent asks of a victim, as the requests of owners and the call-backs of the vendor reach a server. */
export type VictimTask =
  | { readonly type: "submit"; readonly command: SubmitCommand }
  | { readonly type: "cancel" | "remove"; readonly ownerId: string; readonly id: string }
  | { readonly type: "callback"; readonly command: RecordWebhookCommand }
  /** Stands still, as by a computation that never ends. */
  | { readonly type: "block"; readonly milliseconds: number }
  | { readonly type: "set_clock"; readonly aheadMs: number }
  | { readonly type: "drain" };

/** What a victim tells: that it is there, what came of a submit, and of a write under a lease. */
export type VictimMessage =
  | { readonly type: "ready" | "stale_write" }
  | { readonly type: "write"; readonly write: LeasedWrite }
  | { readonly type: "submitted"; readonly key: string; readonly verdict: SubmitVerdict };

const options: VictimOptions = JSON.parse(process.argv[2] ?? "{}");
let passes = 0;
let aheadMs = options.aheadMs ?? 0;
const now = (): number => Date.now() + aheadMs;

function pass(point: string): void {
  if (point !== options.diesAt) return;
  passes += 1;
  if (passes === options.diesAtPass) process.kill(process.pid, "SIGKILL");
}

const store = victimStore(
  options.databaseUrl,
  {
    pass,
    onStaleWrite: () => tell({ type: "stale_write" }),
    onWrite: (write) => {
      if (options.tellsWrites) tell({ type: "write", write });
    },
  },
  options.aheadMs === null ? {} : { now, monotonicNow: () => performance.now() },
);
const dispatcher = embeddedDispatcher(store);
const worker = createWorker({
  store,
  storage: fileStorage(options.storageFolder),
  copier: noCopier,
  models: {
    demo: defineModel({
      provider: vendorProvider({ url: options.vendorUrl, onTaken: () => pass("P6") }),
      input: { "~standard": { version: 1, vendor: "safelight", validate: (value: unknown) => ({ value }) } },
      credits: 4,
    }),
  },
  dispatcher,
  eventBus: inProcessEventBus(store),
  clock: options.aheadMs === null ? systemClock : { ...systemClock, now },
  logger: {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (message, fields) => {
      // Who dies often enough in one state is taken for poison: that is as it should be.
      if (fields?.code !== "internal") console.error(message, fields);
    },
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

async function perform(task: VictimTask): Promise<void> {
  switch (task.type) {
    case "submit": {
      pass("P1");
      const verdict = await store.submit(task.command);
      pass("P3");
      dispatcher.enqueue({ generationId: task.command.id, dueInMs: 0 });
      return tell({ type: "submitted", key: task.command.submission?.keyHash ?? "", verdict });
    }
    case "cancel":
      await store.requestCancel(task);
      return dispatcher.enqueue({ generationId: task.id, dueInMs: 0 });
    case "remove":
      await store.remove(task);
      return;
    case "callback":
      pass("P10");
      await store.recordWebhook(task.command);
      pass("P11");
      return dispatcher.enqueue({ generationId: task.command.generationId, dueInMs: 0 });
    case "block":
      for (const start = performance.now(); performance.now() - start < task.milliseconds; );
      return;
    case "set_clock":
      aheadMs = task.aheadMs;
      return;
    case "drain":
      return worker.stop();
  }
}

function tell(message: VictimMessage): void {
  process.send?.(message);
}

process.on("message", perform);
// The parent is gone.
process.on("disconnect", () => process.exit(1));
tell({ type: "ready" });
