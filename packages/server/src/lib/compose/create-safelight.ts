import { createAnnouncer } from "../announce/create-announcer.js";
import { createApi } from "../api/create-api.js";
import { guardedCopier } from "../copier/guarded-copier.js";
import { isPublicUrl } from "../copier/policy/is-public-url.js";
import { embeddedDispatcher } from "../dispatcher/embedded-dispatcher.js";
import { inProcessEventBus } from "../event-bus/in-process-event-bus.js";
import { createRouter } from "../http/mount/create-router.js";
import { mountRouter } from "../http/mount/mount-router.js";
import type { IdentifyRequest } from "../http/request/identify-request.js";
import { sharpScaler } from "../media/sharp-scaler.js";
import { type Caller, definitionsOf, type InferModels, type Models } from "../model/define-model.js";
import type { Logger } from "../ports/logger.js";
import { keepAlive } from "../process/keep-alive.js";
import { systemClock } from "../process/system-clock.js";
import { randomIds } from "../service/ids/random-ids.js";
import { sweepMedia } from "../service/media/sweep-media.js";
import { toCaller } from "../service/owners/caller.js";
import type { ServiceContext } from "../service/service-context.js";
import { createOwnerWatch } from "../service/watch/owner-watch.js";
import { createPolledOwnerWatch } from "../service/watch/polled-owner-watch.js";
import { createUnclaimedJobWarning } from "../service/watch/unclaimed-job-warning.js";
import { createEntryIds } from "../signing/entry-ids.js";
import { createKeyRing } from "../signing/key-ring.js";
import { createMediaUrls } from "../signing/media-urls.js";
import { createWebhookUrls } from "../signing/webhook-urls.js";
import type { WorkerDeps } from "../worker/context/worker-deps.js";
import { createRequestWorker } from "../worker/loop/create-request-worker.js";
import { createWorker } from "../worker/loop/create-worker.js";
import { consoleLogger } from "./console-logger.js";
import { migrateAtFirstUse } from "./migrate-at-first-use.js";
import type { SafelightOptions } from "./options.js";
import { replaceableWorker } from "./replaceable-worker.js";
import { resolveOptions } from "./resolve-options.js";
import { safeDispatcher } from "./safe-dispatcher.js";
import { safeEventBus } from "./safe-event-bus.js";
import { safeLogger } from "./safe-logger.js";
import type { Safelight } from "./safelight.js";
import { checkSecrets, checkTickSecret, currentEnvironment, madeSecret } from "./secrets.js";

/** The max time of a `Date`, in epoch milliseconds. */
const endOfTime = 8_640_000_000_000_000;

/**
 * Composes a server from a store, a storage, the host's models and its `identify`. Checks the options at once. Opens,
 * starts and reads nothing before the first request. Outside production, it opens the database at once, and takes over
 * from a running worker of an older copy of the module.
 *
 * @example
 * ```ts
 * export const safelight = createSafelight({
 *   store: libsqlStore({ url: "file:safelight.db" }),
 *   storage: fileStorage("./media"),
 *   identify: async ({ headers }) => (await sessionOf(headers))?.user.id ?? null,
 *   models: { flux: defineModel({ provider: demo(), input: z.object({ prompt: z.string() }), credits: 4 }) },
 * });
 * ```
 * @throws {TypeError} when `store`, `storage`, `models`, `identify` or a secret is missing, or an option is malformed
 * or unknown.
 * @throws {RangeError} for a number outside its range.
 */
export function createSafelight<const M extends Models>(options: SafelightOptions<M>): Safelight<InferModels<M>> {
  const settings = resolveOptions(options);
  const environment = currentEnvironment();
  const secrets = checkSecrets(options.secret, environment);
  const { storage, models, clock = systemClock } = options;
  const logger = safeLogger(options.logger ?? consoleLogger);
  const { basePath, publicOrigin, trustedOrigins, maxBodyBytes, limits, billing } = settings;
  const isRequestMode = settings.mode === "request";
  const store = options.autoMigrate === false ? options.store : migrateAtFirstUse(options.store);
  const dispatcher = safeDispatcher(options.dispatcher ?? embeddedDispatcher(store), logger);
  const eventBus = safeEventBus(options.eventBus ?? inProcessEventBus(store), logger);

  const keyRing = createKeyRing(secrets === null ? madeSecret({ store, logger }) : async () => secrets);
  const mediaUrls = createMediaUrls({ base: `${publicOrigin}${basePath}`, keyRing, clock });
  // Vendors send webhooks from outside and by https only: they cannot reach an address of this machine.
  const webhookBase = publicOrigin.startsWith("https:") ? `${publicOrigin}${basePath}` : null;
  const webhookUrls = createWebhookUrls({ base: webhookBase, keyRing });
  const closing = new AbortController();
  const shared = { store, storage, dispatcher, eventBus, clock, logger };
  const hooks = options.hooks ?? {};
  const announcer = createAnnouncer({
    hooks,
    webhook: settings.webhook,
    context: { ...shared, mediaUrls, keyRing, billing },
  });
  const service: ServiceContext = {
    ...shared,
    models: definitionsOf(models),
    limits,
    billing,
    ids: randomIds,
    ownerWatch: (isRequestMode ? createPolledOwnerWatch : createOwnerWatch)({
      ...shared,
      closing: closing.signal,
      maxWatches: settings.maxStreams,
    }),
    unclaimedJobWarning: createUnclaimedJobWarning({ logger, store, isWorking: () => worker.isStarted }),
    keyRing,
    mediaUrls,
    entryIds: createEntryIds(() => store.readEntryKey()),
    webhookUrls,
    hooks,
    announceTo: announcer.targets,
    closing: closing.signal,
  };
  const identify = identifyBy(options.identify, logger);
  const newRequestId = (): string => crypto.randomUUID();
  const workerOptions: WorkerDeps = {
    ...shared,
    copier: guardedCopier({ clock, logger }),
    scaler: sharpScaler({ logger }),
    announcer,
    models,
    ...settings.worker,
    ...(webhookBase !== null && { webhookUrlOf: webhookUrls.urlOf }),
    inputUrlOf: publicOrigin === "" ? undefined : (id, until) => mediaUrls.urlOf({ id, part: "input" }, until),
    isPublicUrl,
    random: Math.random,
    createToken: () => crypto.randomUUID(),
    keepAlive,
  };
  const requestWorker = isRequestMode ? createRequestWorker(workerOptions) : null;
  const createOwnWorker = () => createWorker(workerOptions);
  // In production no module is evaluated twice: every started worker runs.
  const createLoopWorker = () =>
    environment === "production"
      ? createOwnWorker()
      : replaceableWorker({
          create: createOwnWorker,
          clock,
          key: `${store.identity} ${basePath}`,
          models: Object.keys(models),
          onRetired: () => store.release(),
          // The key that hides ledger entry ids: created with the tables, and unique to each database.
          readDatabaseId: () => store.readEntryKey(),
        });
  const worker = requestWorker ?? createLoopWorker();
  const router = createRouter({
    service,
    identify,
    basePath,
    publicOrigin,
    trustedOrigins,
    maxBodyBytes,
    newRequestId,
    random: Math.random,
    tickSecret: checkTickSecret(options.worker?.tickSecret),
    tick: worker.tick,
    beginRequest: requestWorker?.beginRequest ?? null,
  });

  return {
    ...mountRouter(router),
    api: createApi<InferModels<M>>(service, identify),
    worker,
    audit: () => store.audit({ storingGraceMs: settings.worker.storingGraceMs }),
    costs: ({ from, to } = {}) => store.readCosts({ from: from?.getTime() ?? 0, to: to?.getTime() ?? endOfTime }),
    sweep: (options) => sweepMedia({ storage, store, now: clock.now() }, options),
    migrate: () => store.migrate(),
    close: async () => {
      closing.abort();
      try {
        await worker.stop();
      } finally {
        await store.close();
      }
    },
    // Never read: the property exists for the compiler only.
    $Infer: { models: {} as InferModels<M> },
  };
}

/** Calls the host's `identify` and checks its result. Warns once about `undefined`, which a missing `return` causes. */
function identifyBy(
  identify: SafelightOptions<Models>["identify"],
  logger: Logger,
): (request: IdentifyRequest) => Promise<Caller | null> {
  let hasWarned = false;
  return async (request) => {
    let identity: unknown;
    try {
      identity = await identify(request);
    } catch (cause) {
      throw new Error("identify threw", { cause });
    }
    if (identity === undefined && !hasWarned) {
      hasWarned = true;
      logger.warn("identify returned undefined: return null for a signed-out caller.");
    }
    return toCaller(identity);
  };
}
