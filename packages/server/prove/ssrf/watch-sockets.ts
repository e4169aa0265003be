import { Socket } from "node:net";

/** Every connection of this process that was really begun. */
export interface WatchedSockets {
  /** Such as `"127.0.0.1:443"`, each time that one was tried. */
  readonly attempts: readonly string[];
  /** Looks away. */
  stop(): void;
}

/** Watches below whatever opens connections, so that none is made beside what a copier was given to open them with. */
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
