import { join } from "node:path";
import { parseArgs } from "node:util";
import { fileStorage } from "../src/file-storage.js";
import { guardedCopier } from "../src/lib/copier/guarded-copier.js";
import { embeddedDispatcher } from "../src/lib/dispatcher/embedded-dispatcher.js";
import { inProcessEventBus } from "../src/lib/event-bus/in-process-event-bus.js";
import { defineModel } from "../src/lib/model/define-model.js";
import type { Logger } from "../src/lib/ports/logger.js";
import type { CheckOutput } from "../src/lib/ports/output-check.js";
import { keepAlive } from "../src/lib/process/keep-alive.js";
import { systemClock } from "../src/lib/process/system-clock.js";
import { iptcMark } from "../src/lib/provenance/iptc-mark.js";
import { createWorker } from "../src/lib/worker/loop/create-worker.js";
import { libsqlStore } from "../src/libsql.js";
import { anyInput } from "../testing/fakes/any-input.js";
import { noCopier } from "../testing/fakes/no-copier.js";
import { folderVendor } from "./folder-vendor.js";

/**
 * A worker in its own process, on the files of a folder. It kills itself at the given crash point. With `--clip URL`, its
 * model makes that video. With `--outputs 2`, its model makes two images. With `--withholds 0,1`, the host withholds the outputs
 * with these indexes.
 */
const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    "dies-at": { type: "string" },
    clip: { type: "string" },
    outputs: { type: "string", default: "1" },
    withholds: { type: "string" },
  },
});
const { clip, folder = ".", "dies-at": killAt, outputs, withholds } = values;

const store = libsqlStore({ url: `file:${join(folder, "safelight.db")}` });
const provider = folderVendor(join(folder, "vendor"), { clip, outputs: Number(outputs) });
const logger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: console.error };

const withholdAll =
  (indexes: readonly string[]): CheckOutput =>
  ({ index }) =>
    indexes.includes(String(index)) ? { withhold: true, reason: "a test" } : undefined;

const worker = createWorker({
  store,
  storage: fileStorage(join(folder, "media")),
  copier: clip === undefined ? noCopier : guardedCopier(),
  outputCheck: withholds === undefined ? undefined : { check: withholdAll(withholds.split(",")), onError: "withhold" },
  marking: { mark: iptcMark(), system: null },
  models: {
    demo: defineModel({ provider, input: anyInput, credits: 4, kind: clip === undefined ? "image" : "video" }),
  },
  dispatcher: embeddedDispatcher(store),
  eventBus: inProcessEventBus(store),
  clock: systemClock,
  logger,
  random: Math.random,
  createToken: () => crypto.randomUUID(),
  keepAlive,
  concurrency: 4,
  leaseMs: 500,
  reconcileForMs: 30_000,
  storingGraceMs: 60_000,
  drainMs: 5_000,
  onCrashPoint: (point) => {
    if (point === killAt) process.kill(process.pid, "SIGKILL");
  },
});

// The worker is not stopped: the process ends with the test that started it.
process.stdin.on("end", () => process.exit()).resume();
worker.start();
