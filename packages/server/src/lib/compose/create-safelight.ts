import { createAnnouncer } from "../announce/create-announcer.js";
import { createApi } from "../api/create-api.js";
import { lazySpool } from "../copier/spool/lazy-spool.js";
import { createRouter } from "../http/mount/create-router.js";
import { mountRouter } from "../http/mount/mount-router.js";
import type { IdentifyRequest } from "../http/request/identify-request.js";
import { type Caller, definitionsOf, type InferModels, type Models } from "../model/define-model.js";
import type { Logger } from "../ports/logger.js";
import { singleFlight } from "../process/single-flight.js";
import { randomIds } from "../service/ids/random-ids.js";
import { sweepMedia } from "../service/media/sweep-media.js";
import { withOperatorAccess } from "../service/operator-access.js";
import { toCaller } from "../service/owners/caller.js";
import { createErasures } from "../service/owners/erasures.js";
import { ownerTagOf } from "../service/owners/owner-tag.js";
import { createQueuePlaces } from "../service/queue/queue-places.js";
import type { ServiceContext } from "../service/service-context.js";
import { createDuplicatesInFlight } from "../service/submit/duplicates-in-flight.js";
import { withOperatorRetry } from "../service/submit/operator-retry.js";
import { createPendingHolds } from "../service/submit/pending-holds.js";
import { createPendingSubmits } from "../service/submit/pending-submits.js";
import { noTeams } from "../service/teams.js";
import { createOwnerWatch } from "../service/watch/owner-watch.js";
import { createPolledOwnerWatch } from "../service/watch/polled-owner-watch.js";
import { createUnclaimedJobWarning } from "../service/watch/unclaimed-job-warning.js";
import { createEntryIds } from "../signing/entry-ids.js";
import { createKeyRing } from "../signing/key-ring.js";
import { passHostStatements } from "./check-host-credits.js";
import { composeWorker } from "./compose-worker.js";
import { guardedThumbnailUrl } from "./guarded-thumbnail-url.js";
import { type HostPorts, hostPorts } from "./host-ports.js";
import type { SafelightOptions } from "./options.js";
import { resolveOptions, type Settings } from "./resolve-options.js";
import { respondMetrics } from "./respond-metrics.js";
import type { Safelight } from "./safelight.js";
import { checkSecrets, checkTickSecret, currentEnvironment } from "./secrets.js";
import { createTelemetryReporter } from "./telemetry-reporter.js";
import { createUrlSigners } from "./url-signers.js";

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
  const tickSecret = checkTickSecret(options.worker?.tickSecret);
  const { hooks = {}, models } = options;
  passHostStatements(options.store, settings.billing?.host);
  const ports = hostPorts(options);
  const { clock, eventBus, logger, storage, store } = ports;
  const signers = createUrlSigners({ ports, settings, secrets });
  const { keyRing, mediaUrls, webhookUrls } = signers;
  const context = { ...contextOf({ ports, settings, options }), keyRing, mediaUrls };
  const readQueue = singleFlight(() => store.readQueue());
  const reporter =
    options.telemetry &&
    createTelemetryReporter({
      ...ports,
      readQueue,
      telemetry: options.telemetry,
      ownerTagOf: (ownerId) => ownerTagOf(context, ownerId),
    });
  const announcer = createAnnouncer({ hooks, webhook: settings.webhook, context });
  const workerOptions = { ports, settings, signers, models, announcer, reporter, environment };
  const { requestWorker, worker } = composeWorker(workerOptions);
  const closing = new AbortController();
  const watchOptions = { random: Math.random, closing: closing.signal, maxWatches: settings.maxStreams };
  const createWatch = requestWorker === null ? createOwnerWatch : createPolledOwnerWatch;
  const service: ServiceContext = {
    ...context,
    models: definitionsOf(models),
    limits: settings.limits,
    priorityFor: settings.priorityFor,
    ids: randomIds,
    ownerWatch: createWatch({ ...ports, ...watchOptions }),
    unclaimedJobWarning: createUnclaimedJobWarning({
      logger,
      store,
      environment,
      models: definitionsOf(models),
      isWorking: () => worker.isStarted,
    }),
    entryIds: createEntryIds(() => store.readEntryKey()),
    webhookUrls,
    hooks,
    announceTo: announcer.targets,
    reporter,
    closing: closing.signal,
  };
  const identify = identifyBy(options.identify, logger);
  const router = createRouter({
    ...settings,
    service,
    identify,
    spool: lazySpool({ logger }),
    newRequestId: () => crypto.randomUUID(),
    random: Math.random,
    tickSecret,
    tick: worker.tick,
    advance: worker.advance,
    beginRequest: requestWorker?.beginRequest ?? null,
  });

  const audit = () => store.audit({ storingGraceMs: settings.worker.storingGraceMs });
  const composed: Safelight<InferModels<M>> = {
    ...mountRouter(router),
    api: createApi<InferModels<M>>(service, identify),
    worker,
    audit,
    costs: ({ from, to } = {}) => store.readCosts({ from: from?.getTime() ?? 0, to: to?.getTime() ?? endOfTime }),
    metrics: async () => respondMetrics(await readQueue()),
    sweep: (options) => sweepMedia({ storage, store, now: clock.now() }, options),
    migrate: () => store.migrate(),
    close: async () => {
      closing.abort();
      try {
        await worker.stop();
      } finally {
        await service.pendingHolds.settled();
        await reporter?.close();
        await Promise.all([eventBus.close?.(), store.close()]);
      }
    },
    // Never read: the property exists for the compiler only.
    $Infer: { models: {} as InferModels<M> },
  };
  return withOperatorAccess(composed, {
    service: withOperatorRetry(service),
    publicOrigin: settings.publicOrigin,
    audit,
  });
}

/** Creates the parts of the context that depend on the ports and the options only. */
function contextOf({
  options,
  ports,
  settings,
}: {
  readonly options: SafelightOptions<Models>;
  readonly ports: HostPorts;
  readonly settings: Settings;
}) {
  const { clock, store } = ports;
  return {
    ...ports,
    queuePlaces: createQueuePlaces({ ...ports, models: definitionsOf(options.models), mode: settings.mode }),
    databaseKeys: createKeyRing(async () => [await store.readEntryKey()]),
    thumbnailUrlOf: guardedThumbnailUrl(options.thumbnailUrl, ports.logger),
    exposesFlags: settings.exposesFlags,
    billing: settings.billing,
    teams: {
      visibility: options.teams?.visibility ?? noTeams.visibility,
      mayRemove: options.teams?.mayRemove ?? noTeams.mayRemove,
    },
    erasures: createErasures(store),
    pendingSubmits: createPendingSubmits(clock.now),
    duplicatesInFlight: createDuplicatesInFlight(),
    pendingHolds: createPendingHolds(clock),
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
      throw Object.assign(new Error("identify threw", { cause }), { code: "identify_failed" });
    }
    if (identity === undefined && !hasWarned) {
      hasWarned = true;
      logger.warn("identify returned undefined: return null for a signed-out caller.", {
        event: "identify.returned_undefined",
      });
    }
    return toCaller(identity);
  };
}
