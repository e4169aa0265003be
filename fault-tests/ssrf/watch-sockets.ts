import { Socket } from "node:net";

/** All connection attempts of this process. */
export interface WatchedSockets {
  /** Such as `"127.0.0.1:443"`, once per attempt. */
  readonly attempts: readonly string[];
  /** Restores the original `connect`. */
  stop(): void;
}

/** Patches `Socket.prototype.connect`, so that connections that bypass the copier's connect function are seen too. */
export function watchSockets(): WatchedSockets {
  const attempts: string[] = [];
  const { connect } = Socket.prototype;
  const watched = function (this: Socket, ...args: unknown[]): unknown {
    this.on("connectionAttempt", (address: string, port: number) => attempts.push(`${address}:${port}`));
    return Reflect.apply(connect, this, args);
  };
  Reflect.set(Socket.prototype, "connect", watched);
  return {
    attempts,
    stop() {
      Reflect.set(Socket.prototype, "connect", connect);
    },
  };
}
