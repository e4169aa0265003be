/**
 * Dispatchers that deliver generations through a job engine of the host, to `worker.advance`. Each takes the engine's own
 * client by its shape: no engine is a dependency, and a bundler drops the dispatchers that a host does not import.
 *
 * @module
 */
export {
  type BullMqDispatcherOptions,
  type BullMqQueue,
  bullmqDispatcher,
} from "./lib/dispatcher/bullmq-dispatcher.js";
export {
  type CloudflareQueue,
  type CloudflareQueueDispatcherOptions,
  cloudflareQueueDispatcher,
} from "./lib/dispatcher/cloudflare-queue-dispatcher.js";
export {
  type GraphileDispatcherOptions,
  type GraphileJobs,
  graphileDispatcher,
} from "./lib/dispatcher/graphile-dispatcher.js";
export {
  type PgBossDispatcherOptions,
  type PgBossSender,
  pgBossDispatcher,
} from "./lib/dispatcher/pg-boss-dispatcher.js";
