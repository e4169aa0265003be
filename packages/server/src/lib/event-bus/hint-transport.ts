/** Events of a {@link HintTransport}. */
export interface TransportEvents {
  onMessage(text: string): void;
  /** Part of the connection is ready. Optional: the next heartbeat shows the same. */
  onOpen(): void;
  /** A connect, a subscribe or a connection failed. It explains a loss in the log. */
  onFailure(error: unknown): void;
  /** The subscription was lost, and messages with it. The transport subscribes again by itself. */
  onLost(): void;
}

/** Publishes texts of less than 8,000 bytes to all subscribed nodes, the publisher included. May lose messages. */
export interface HintTransport {
  /** Connects. Called once, before the first `publish`. */
  subscribe(events: TransportEvents): void;
  /** Rejects if the message was probably not published. */
  publish(text: string): Promise<unknown>;
  /** Replaces the connections: no heartbeat arrived for some time, so they may be half-open. */
  reconnect(): void;
  close(): Promise<unknown>;
}
