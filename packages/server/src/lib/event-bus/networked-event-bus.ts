import { type SyncCrypto, syncCrypto } from "../bytes/sync-crypto.js";
import type { Clock } from "../ports/clock.js";
import type { Dispatcher, Wake } from "../ports/dispatcher.js";
import { errorLine } from "../ports/error-text.js";
import type { EventBus } from "../ports/event-bus.js";
import type { Logger } from "../ports/logger.js";
import { withSetupCode } from "../ports/setup-error.js";
import { busConsoleLogger } from "../process/console-logger.js";
import { withinTime } from "../process/within-time.js";
import { HintBatch } from "./hint-batch.js";
import { hintKey } from "./hint-key.js";
import { formatHintMessage, parseHintMessage } from "./hint-message.js";
import type { HintTransport } from "./hint-transport.js";
import { ListenerMap } from "./listener-map.js";

/** An event bus between processes. It is a dispatcher too: pass it as both. */
export interface NetworkedEventBus extends EventBus, Dispatcher {
  onHealth(listener: (isHealthy: boolean) => void): () => void;
  onLostHints(listener: () => void): () => void;
  onWake(handler: (generationId: string | null, dueInMs: number) => void): () => void;
  /** Publishes pending hints, and closes the connections that the bus opened. Later hints stay within this process. */
  close(): Promise<void>;
}

/** Dependencies of {@link createNetworkedEventBus}. */
export interface NetworkedEventBusOptions {
  readonly transport: HintTransport;
  readonly clock: Clock;
  /** Receives one line when the bus becomes unhealthy, and one when it recovers. @default the console */
  readonly logger?: Pick<Logger, "info" | "warn"> | undefined;
}

/** Time after a message of hints in which further ones are gathered for the next message. */
const gatherMs = 20;
/** Interval of heartbeats. */
const beatMs = 5_000;
/** Missed heartbeats after which the bus is unhealthy. */
const maxMissedBeats = 2;
/** Max time of one publish. */
const publishLimitMs = 10_000;
/** Max time in which `close` publishes pending hints, and in which it closes the connections. */
const closeLimitMs = 1_000;

/**
 * Creates an event bus on a transport, which connects at the first hint or subscription. Local subscribers are notified
 * synchronously. Other processes get one message at the end of the turn, and under load at most one every 20 milliseconds.
 *
 * @throws {TypeError} on a runtime without `node:crypto`.
 */
export function createNetworkedEventBus(options: NetworkedEventBusOptions): NetworkedEventBus {
  const crypto = syncCrypto();
  if (crypto === null)
    throw withSetupCode(
      "option_invalid",
      new TypeError("An event bus between processes needs a runtime with `node:crypto`."),
    );
  const bus = new MessageBus(options, crypto);
  return {
    hint: (ids) => bus.hint(ids),
    onHint: (id, listener) => bus.onHint(id, listener),
    onHealth: (listener) => bus.onHealth(listener),
    onLostHints: (listener) => bus.onLostHints(listener),
    enqueue: (wake) => bus.enqueue(wake),
    onWake: (handler) => bus.onWake(handler),
    close: () => bus.close(),
  };
}

class MessageBus {
  readonly #options: NetworkedEventBusOptions;
  readonly #logger: Pick<Logger, "info" | "warn">;
  readonly #crypto: SyncCrypto;
  readonly #nodeId = globalThis.crypto.randomUUID();
  readonly #hints = new ListenerMap<string, void>();
  readonly #wakes = new ListenerMap<"wake", Wake>();
  readonly #lostHints = new ListenerMap<"lost", void>();
  readonly #health = new ListenerMap<"health", boolean>();
  readonly #batch = new HintBatch();
  /** `null` before the first heartbeat or failure. */
  #isHealthy: boolean | null = null;
  #missedBeats = 0;
  /** The last failure since the last heartbeat. */
  #failure: unknown = null;
  #isSubscribed = false;
  #isClosed = false;
  #publishing: Promise<void> | null = null;
  #cancelPublish: (() => void) | null = null;
  #cancelBeat = (): void => {};

  constructor(options: NetworkedEventBusOptions, crypto: SyncCrypto) {
    this.#options = options;
    this.#logger = options.logger ?? busConsoleLogger;
    this.#crypto = crypto;
  }

  hint(ids: readonly string[]): void {
    this.#subscribe();
    const keys = [...new Set(ids)].map((id) => hintKey(id, this.#crypto));
    for (const key of keys) this.#hints.notify(key);
    this.#batch.add({ isWake: false, keys });
    this.#publishIn(0);
  }

  /** Publishes only work that is due now: workers of other processes read from the rows when later work is due. */
  enqueue(wake: Wake): void {
    this.#wakes.notify("wake", wake);
    if (wake.dueInMs > 0) return;
    this.#subscribe();
    this.#batch.add({ isWake: true, keys: [] });
    this.#publishIn(0);
  }

  onHint(id: string, listener: () => void): () => void {
    this.#subscribe();
    return this.#hints.add(hintKey(id, this.#crypto), listener);
  }

  onWake(handler: (generationId: string | null, dueInMs: number) => void): () => void {
    this.#subscribe();
    return this.#wakes.add("wake", ({ dueInMs, generationId }) => handler(generationId, dueInMs));
  }

  onHealth(listener: (isHealthy: boolean) => void): () => void {
    this.#subscribe();
    listener(this.#isHealthy === true);
    return this.#health.add("health", listener);
  }

  onLostHints(listener: () => void): () => void {
    this.#subscribe();
    return this.#lostHints.add("lost", listener);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#cancelBeat();
    this.#cancelPublish?.();
    this.#isClosed = true;
    const { clock, transport } = this.#options;
    const limit = { clock, limitMs: closeLimitMs, what: "Closing the event bus" };
    const publishRest = async (): Promise<void> => {
      await this.#publishing;
      if (!this.#batch.isEmpty) await this.#publish();
    };
    await withinTime(limit, publishRest).catch(() => {});
    // The connections may be half-open, so that closing them has no end.
    await withinTime(limit, () => transport.close()).catch(() => {});
  }

  #subscribe(): void {
    if (this.#isSubscribed || this.#isClosed) return;
    this.#isSubscribed = true;
    this.#options.transport.subscribe({
      onMessage: (text) => this.#receive(text),
      onOpen: () => void this.#publishAfterOpen(),
      onFailure: (error) => {
        this.#failure = error;
      },
      onLost: () => this.#setHealth(false),
    });
    this.#beat();
  }

  /** Schedules a publish unless one is scheduled. Deferred, so that the hint and the wake of one submit share a message. */
  #publishIn(delayMs: number): void {
    if (this.#isClosed || this.#publishing !== null) return;
    this.#cancelPublish ??= this.#options.clock.setTimer(delayMs, () => {
      this.#cancelPublish = null;
      if (!this.#batch.isEmpty) void this.#publish();
    });
  }

  /** A running publish may be ahead of the new subscription, which would not receive it: publishes again after it. */
  async #publishAfterOpen(): Promise<void> {
    while (this.#publishing !== null) await this.#publishing;
    if (!this.#isClosed) await this.#publish();
  }

  /**
   * Publishes the batch, or a heartbeat if it is empty. One publish at a time: hints accumulate while the transport is slow.
   */
  async #publish(): Promise<void> {
    this.#cancelPublish?.();
    this.#cancelPublish = null;
    if (this.#publishing !== null) return;
    const hasHints = !this.#batch.isEmpty;
    const content = this.#batch.take();
    const text = formatHintMessage({ nodeId: this.#nodeId, ...content });
    const { clock, transport } = this.#options;
    let retryMs = gatherMs;
    this.#publishing = withinTime({ clock, limitMs: publishLimitMs, what: "Publishing hints" }, async () => {
      await transport.publish(text);
    }).catch((error: unknown) => {
      this.#failure ??= error;
      // The hints are late, not lost: the next message contains them.
      this.#batch.add(content);
      retryMs = beatMs;
    });
    await this.#publishing;
    this.#publishing = null;
    // A heartbeat is rare, and delays no hints.
    if (hasHints || !this.#batch.isEmpty) this.#publishIn(retryMs);
  }

  #receive(text: string): void {
    const message = parseHintMessage(text);
    if (message === null || this.#isClosed) return;
    if (message.nodeId === this.#nodeId) {
      this.#missedBeats = 0;
      this.#failure = null;
      this.#setHealth(true);
      return;
    }
    if (message.isWake) this.#wakes.notify("wake", { generationId: null, dueInMs: 0 });
    if (message.keys === null) this.#lostHints.notify("lost");
    else for (const key of message.keys) this.#hints.notify(key);
  }

  #beat(): void {
    if (this.#missedBeats >= maxMissedBeats) {
      this.#missedBeats = 0;
      this.#failure ??= new Error(`No heartbeat arrived for ${maxMissedBeats * beatMs} ms.`);
      this.#setHealth(false);
      this.#options.transport.reconnect();
    }
    this.#missedBeats += 1;
    void this.#publish();
    this.#cancelBeat = this.#options.clock.setTimer(beatMs, () => this.#beat());
  }

  #setHealth(isHealthy: boolean): void {
    if (this.#isHealthy === isHealthy || this.#isClosed) return;
    if (!isHealthy) this.#logFailure();
    else if (this.#isHealthy === false) this.#logger.info("Event bus recovered.", { event: "event_bus.recovered" });
    this.#isHealthy = isHealthy;
    this.#health.notify("health", isHealthy);
  }

  #logFailure(): void {
    const failure = this.#isHealthy === null ? "could not connect" : "lost its connection";
    const error = this.#failure === null ? "The connection ended." : withoutPasswords(errorLine(this.#failure));
    this.#logger.warn(`Event bus ${failure}; watchers query the database every second.`, {
      event: "event_bus.failed",
      error,
    });
  }
}

/** The message of an invalid URL may contain the password. */
function withoutPasswords(text: string): string {
  return text.replaceAll(/\/\/\S*@/g, "//***@");
}
