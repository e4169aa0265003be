/**
 * Publishes hints between processes on Redis, through clients of the host: ioredis or node-redis.
 *
 * @module
 */
export type { NetworkedEventBus } from "./lib/event-bus/networked-event-bus.js";
export {
  type IoredisSubscriber,
  type NodeRedisSubscriber,
  type RedisEventBusOptions,
  type RedisPublisher,
  redisEventBus,
} from "./lib/event-bus/redis-event-bus.js";
