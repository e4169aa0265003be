import { guardedCopier } from "../copier/guarded-copier.js";
import { isPublicUrl } from "../copier/policy/is-public-url.js";
import { lazySpool } from "../copier/spool/lazy-spool.js";
import { withSpoolHealth } from "../copier/spool/with-spool-health.js";
import { sharpScaler } from "../media/sharp-scaler.js";
import type { Models } from "../model/define-model.js";
import type { Announcer } from "../ports/announcer.js";
import type { TelemetryReporter } from "../ports/telemetry.js";
import { keepAlive } from "../process/keep-alive.js";
import type { WorkerDeps } from "../worker/context/worker-deps.js";
import { createRequestWorker, type RequestWorker } from "../worker/loop/create-request-worker.js";
import { createWorker, type LoopWorker } from "../worker/loop/create-worker.js";
import type { HostPorts } from "./host-ports.js";
import { replaceableWorker } from "./replaceable-worker.js";
import type { Settings } from "./resolve-options.js";
import type { UrlSigners } from "./url-signers.js";

/** Options of {@link composeWorker}. */
export interface ComposeWorkerOptions {
  readonly ports: HostPorts;
  readonly settings: Settings;
  readonly signers: UrlSigners;
  readonly models: Models;
  readonly announcer: Announcer;
  readonly reporter: TelemetryReporter | undefined;
  /** `NODE_ENV`. */
  readonly environment: string | undefined;
}

/** The worker of a server. */
export type ComposedWorker =
  | { readonly worker: LoopWorker; readonly requestWorker: null }
  /** In request mode. */
  | { readonly worker: RequestWorker; readonly requestWorker: RequestWorker };

/** Max size of a trial of the storage, in bytes: a bucket may be paid by traffic. */
const maxTrialBytes = 8 * 2 ** 20;

/** Creates the worker of the server's mode. Outside production, a loop hands over to newer copies of the host's module. */
export function composeWorker({
  announcer,
  environment,
  models,
  ports,
  reporter,
  settings,
  signers,
}: ComposeWorkerOptions): ComposedWorker {
  const { clock, logger, storage, store } = ports;
  const { mediaUrls, webhookUrls } = signers;
  const { basePath, publicOrigin } = settings;
  const spool = withSpoolHealth(lazySpool({ logger }), () => performance.now());
  const deps: WorkerDeps = {
    ...ports,
    checkStorage: async () => {
      await storage.checkWrites();
      await spool.checkWrites();
    },
    tryStorage: (byteLength) => storage.tryWrite(Math.min(byteLength, maxTrialBytes)),
    tryTempFolder: spool.checkRoom,
    copier: guardedCopier({ clock, logger, spool }),
    ...(settings.scalesImages && { scaler: sharpScaler({ logger }) }),
    outputCheck: settings.outputCheck,
    marking: settings.marking,
    announcer,
    hostCredits: settings.billing?.host?.kind === "authorizing" ? settings.billing.host : undefined,
    reporter,
    models,
    ...settings.worker,
    ...(signers.receivesWebhooks && { webhookUrlOf: webhookUrls.urlOf }),
    inputUrlOf: publicOrigin === "" ? undefined : (id, until) => mediaUrls.urlOf({ id, part: "input" }, until),
    isPublicUrl,
    random: Math.random,
    createToken: () => crypto.randomUUID(),
    keepAlive,
  };
  if (settings.mode === "request") {
    const requestWorker = createRequestWorker(deps);
    return { worker: requestWorker, requestWorker };
  }
  const create = () => createWorker(deps);
  // In production no module is evaluated twice: every started worker runs.
  if (environment === "production") return { worker: create(), requestWorker: null };
  const worker = replaceableWorker({
    create,
    clock,
    key: `${store.identity} ${basePath}`,
    models: Object.keys(models),
    onRetired: () => store.release(),
    // The key that hides ledger entry ids: created with the tables, and unique to each database.
    readDatabaseId: () => store.readEntryKey(),
  });
  return { worker, requestWorker: null };
}
