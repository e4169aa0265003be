import { checkOptionNames } from "../model/check-option-names.js";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import { withSetupCode } from "../ports/setup-error.js";
import { systemClock } from "../process/system-clock.js";
import type { HintTransport, TransportEvents } from "./hint-transport.js";
import { createNetworkedEventBus, type NetworkedEventBus } from "./networked-event-bus.js";

/** A client of ioredis or node-redis. */
export interface RedisPublisher {
  publish(channel: string, message: string): Promise<unknown>;
}

/** A client of ioredis. */
export interface IoredisSubscriber {
  readonly status: string;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  disconnect(reconnect: boolean): void;
  on(event: "message", listener: (channel: string, message: string) => void): unknown;
  on(event: "close" | "ready", listener: () => void): unknown;
  off(event: "message", listener: (channel: string, message: string) => void): unknown;
  off(event: "close" | "ready", listener: () => void): unknown;
}

/** A connected client of node-redis. */
export interface NodeRedisSubscriber {
  readonly isOpen: boolean;
  readonly isReady: boolean;
  connect(): Promise<unknown>;
  destroy(): void;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  unsubscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  on(event: "reconnecting" | "ready", listener: () => void): unknown;
  off(event: "reconnecting" | "ready", listener: () => void): unknown;
}

/** Options of {@link redisEventBus}. */
export interface RedisEventBusOptions {
  /** A client of ioredis, or a connected one of node-redis. It may have other uses. The bus never closes it. */
  readonly publisher: RedisPublisher;
  /**
   * Another client: a connection that subscribes takes no other commands. With node-redis, call its `connect()`. The bus
   * unsubscribes at the end, and never closes it.
   */
  readonly subscriber: IoredisSubscriber | NodeRedisSubscriber;
  /**
   * One channel for each database and schema: processes with the same channel receive each other's hints.
   *
   * @default "safelight"
   */
  readonly channel?: string;
  /** Receives one line when the bus loses its connection, and one when it recovers. @default the console */
  readonly logger?: Pick<Logger, "info" | "warn">;
  /** For tests. @default the system's time */
  readonly clock?: Clock;
}

/**
 * Creates an event bus between processes on Redis' PUBLISH and SUBSCRIBE. Pass it as `eventBus` and as `dispatcher`.
 *
 * @example
 * ```ts
 * const publisher = new Redis(process.env.REDIS_URL);
 * const bus = redisEventBus({ publisher, subscriber: publisher.duplicate() });
 * createSafelight({ eventBus: bus, dispatcher: bus, … });
 * ```
 * @throws {TypeError} for an unknown or missing option, an unknown client, or on a runtime without `node:crypto`.
 */
export function redisEventBus(options: RedisEventBusOptions): NetworkedEventBus {
  checkOptionNames<RedisEventBusOptions>(options, {
    where: "redisEventBus",
    names: { publisher: "required", subscriber: "required", channel: true, logger: true, clock: true },
  });
  const { channel = "safelight", clock = systemClock, logger, publisher, subscriber } = options;
  const transport: HintTransport = {
    ...("isOpen" in subscriber
      ? nodeRedisSubscription(subscriber, channel)
      : ioredisSubscription(checkedIoredis(subscriber), channel)),
    publish: (text) => publisher.publish(channel, text),
  };
  return createNetworkedEventBus({ transport, clock, logger });
}

type Subscription = Omit<HintTransport, "publish">;

function checkedIoredis(subscriber: IoredisSubscriber): IoredisSubscriber {
  if ("status" in subscriber) return subscriber;
  throw withSetupCode(
    "option_invalid",
    new TypeError("Unknown Redis client: pass a client of ioredis or of node-redis as `subscriber`."),
  );
}

/** The client subscribes again after each reconnect. */
function ioredisSubscription(client: IoredisSubscriber, channel: string): Subscription {
  let stop = (): void => {};
  return {
    subscribe: ({ onFailure, onLost, onMessage, onOpen }: TransportEvents) => {
      // A refused subscribe shows as missed heartbeats.
      const subscribe = () => void client.subscribe(channel).then(onOpen, onFailure);
      const receive = (on: string, text: string): void => (on === channel ? onMessage(text) : undefined);
      client.on("message", receive);
      client.on("close", onLost);
      // The client is ready before it has subscribed again. Another subscribe resolves after that.
      client.on("ready", subscribe);
      stop = () => {
        client.off("message", receive);
        client.off("close", onLost);
        client.off("ready", subscribe);
      };
      subscribe();
    },
    // A client without a connection is opening one, and limits its time.
    reconnect: () => {
      if (client.status === "ready" || client.status === "connect") client.disconnect(true);
    },
    close: async () => {
      stop();
      await client.unsubscribe(channel);
    },
  };
}

/** The client subscribes again after each reconnect. */
function nodeRedisSubscription(client: NodeRedisSubscriber, channel: string): Subscription {
  let receive = (_: string): void => {};
  let stop = (): void => {};
  let fail = (_: unknown): void => {};
  const listener = (text: string): void => receive(text);
  return {
    subscribe: ({ onFailure, onLost, onMessage, onOpen }: TransportEvents) => {
      // A refused subscribe shows as missed heartbeats. The client calls a listener once, however often it subscribes.
      const subscribe = () => void client.subscribe(channel, listener).then(onOpen, onFailure);
      receive = onMessage;
      fail = onFailure;
      client.on("reconnecting", onLost);
      // The client is ready before it has subscribed again. Another subscribe resolves after that.
      client.on("ready", subscribe);
      stop = () => {
        client.off("reconnecting", onLost);
        client.off("ready", subscribe);
      };
      subscribe();
    },
    reconnect: () => {
      if (!client.isOpen || !client.isReady) return;
      client.destroy();
      client.connect().catch(fail);
    },
    close: async () => {
      stop();
      await client.unsubscribe(channel, listener);
    },
  };
}
