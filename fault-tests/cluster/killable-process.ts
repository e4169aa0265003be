import { randomUUID } from "node:crypto";
import { guardedCopier } from "../../packages/server/src/lib/copier/guarded-copier.js";
import { embeddedDispatcher } from "../../packages/server/src/lib/dispatcher/embedded-dispatcher.js";
import { inProcessEventBus } from "../../packages/server/src/lib/event-bus/in-process-event-bus.js";
import { defineModel } from "../../packages/server/src/lib/model/define-model.js";
import type { ProviderLimits } from "../../packages/server/src/lib/ports/provider-limits.js";
import type {
  SubmitCommand,
  SubmitManyCommand,
  SubmitManyVerdict,
  SubmitVerdict,
} from "../../packages/server/src/lib/ports/store/submit-commands.js";
import type { RecordWebhookCommand } from "../../packages/server/src/lib/ports/store/webhook-store.js";
import { keepAlive } from "../../packages/server/src/lib/process/keep-alive.js";
import { systemClock } from "../../packages/server/src/lib/process/system-clock.js";
import { fileStorage } from "../../packages/server/src/lib/storage/file-storage.js";
import { createWorker } from "../../packages/server/src/lib/worker/loop/create-worker.js";
import { anyInput } from "../../packages/server/testing/fakes/any-input.js";
import { withholdingCheck } from "../../packages/server/testing/media/withheld-outputs.js";
import { walletStatements } from "./host-wallets.js";
import type { LeasedWrite } from "./kill-points.js";
import { killableStore } from "./killable-store.js";
import { measureStarts } from "./measure-starts.js";
import { vendorProvider } from "./vendor-provider.js";

/** Options from the parent, as JSON in the first argument. */
export interface KillableProcessOptions {
  readonly databaseUrl: string;
  readonly storageFolder: string;
  readonly vendorUrl: string;
  readonly leaseMs: number;
  /** The crash point at which the process kills itself, such as `"P7"`; `null` for none. */
  readonly killAt: string | null;
  /** Counts the passes of that point, from 1. */
  readonly killAtPass: number;
  /** Whether the process reports every write under a lease. */
  readonly reportsWrites: boolean;
  /** Limits of the vendor's account. @default none */
  readonly limits?: ProviderLimits | undefined;
  /** Whether the host has a table of balances in the database. */
  readonly hasWallets: boolean;
  /** Whether the host withholds some outputs. */
  readonly withholds: boolean;
  /** Whether the workers can cancel a job at the vendor. */
  readonly cancelsJobs: boolean;
  /** Offset of its clock from the machine's until `set_clock`; `null` for the machine's clock itself. */
  readonly aheadMs: number | null;
}

/** Tasks from the parent: the requests of owners and the webhooks of the vendor. */
export type ProcessTask =
  | { readonly type: "submit"; readonly command: SubmitCommand }
  | { readonly type: "submit_many"; readonly command: SubmitManyCommand }
  | { readonly type: "cancel" | "remove"; readonly ownerId: string; readonly id: string }
  | { readonly type: "webhook"; readonly command: RecordWebhookCommand }
  /** Blocks the event loop. */
  | { readonly type: "block"; readonly milliseconds: number }
  | { readonly type: "set_clock"; readonly aheadMs: number }
  | { readonly type: "drain" };

/** Messages to the parent: readiness, the end of a drain, results of submits, and writes under a lease. */
export type ProcessMessage =
  | { readonly type: "ready" | "drained" | "stale_write" }
  | { readonly type: "write"; readonly write: LeasedWrite }
  | { readonly type: "submitted"; readonly key: string; readonly verdict: SubmitVerdict }
  /** The generations that the key has created, which may be those of an earlier command. */
  | {
      readonly type: "submitted_many";
      readonly key: string;
      readonly ownerId: string;
      readonly verdict: SubmitManyVerdict["type"];
      readonly ids: readonly string[];
    };

const options: KillableProcessOptions = JSON.parse(process.argv[2] ?? "{}");
// A killed process cannot delete its temporary files: the test removes this folder.
process.env.TMPDIR = options.storageFolder;
let passes = 0;
let aheadMs = options.aheadMs ?? 0;
const now = (): number => Date.now() + aheadMs;

function pass(point: string): void {
  if (point !== options.killAt) return;
  passes += 1;
  if (passes === options.killAtPass) process.kill(process.pid, "SIGKILL");
}

const starts = measureStarts(
  killableStore(options.databaseUrl, {
    points: {
      pass,
      onStaleWrite: () => post({ type: "stale_write" }),
      onWrite: (write) => {
        if (options.reportsWrites) post({ type: "write", write });
      },
    },
    clock: options.aheadMs === null ? {} : { now, monotonicNow: () => performance.now() },
  }),
);
const { store } = starts;
if (options.hasWallets) store.useHostBalances?.(walletStatements(options.databaseUrl));
const dispatcher = embeddedDispatcher(store);
const worker = createWorker({
  store,
  storage: fileStorage(options.storageFolder),
  copier: guardedCopier(),
  outputCheck: options.withholds ? withholdingCheck : undefined,
  models: {
    demo: defineModel({
      provider: {
        ...vendorProvider({
          url: options.vendorUrl,
          cancels: options.cancelsJobs,
          maxAgeMs: () => starts.maxAgeMs(),
          onTaken: () => pass("P6"),
        }),
        limits: options.limits,
      },
      input: anyInput,
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
      // A generation whose workers die repeatedly in one state fails as `internal`, as intended.
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

async function perform(task: ProcessTask): Promise<void> {
  switch (task.type) {
    case "submit": {
      pass("P1");
      const verdict = await store.submit(task.command);
      pass("P3");
      dispatcher.enqueue({ generationId: task.command.id, dueInMs: 0 });
      return post({ type: "submitted", key: task.command.idempotencyKey?.keyHash ?? "", verdict });
    }
    case "submit_many": {
      const { idempotencyKey, items, ownerId } = task.command;
      const key = idempotencyKey?.keyHash ?? "";
      pass("P1");
      const { type: verdict } = await store.submitMany(task.command);
      pass("P3");
      for (const { id } of items) dispatcher.enqueue({ generationId: id, dueInMs: 0 });
      const groupId = (await store.findSubmission({ ownerId, keyHash: key }))?.groupId ?? "";
      const { generations } = await store.listGroup({ ownerId, groupId });
      return post({ type: "submitted_many", key, ownerId, verdict, ids: generations.map(({ id }) => id) });
    }
    case "cancel":
      await store.requestCancel(task);
      return dispatcher.enqueue({ generationId: task.id, dueInMs: 0 });
    case "remove":
      await store.remove(task);
      return;
    case "webhook":
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
      await worker.stop();
      return post({ type: "drained" });
  }
}

function post(message: ProcessMessage): void {
  process.send?.(message);
}

process.on("message", perform);
// The parent has exited.
process.on("disconnect", () => process.exit(1));
post({ type: "ready" });
