import { onAbort } from "../requests/abort.js";
import { maxBackoffMs } from "../requests/backoff.js";
import { pause } from "../requests/pause.js";
import { type Frame, isSameHistory, isSamePosition } from "./frame.js";
import type { LeaderMessage } from "./leader-message.js";
import { readServer, type WatchedServer } from "./read-server.js";
import type { Reader } from "./reader.js";

/** Delay before the second question in a row, doubled each time. */
const minDelayMs = 500;

/** Options of `createCatchUp`. */
export interface CatchUpOptions {
  readonly server: WatchedServer;
  readonly reader: Reader;
  readonly apply: (frame: Frame) => void;
  readonly isLeader: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * Rule 2: a follower whose position differs from the leader's asks the server for the changes after its own position,
 * until it does not differ. Then it has the connection and the balance of the leader.
 *
 * @returns the handler of the leader's messages. It rejects with the refusal of the server.
 */
export function createCatchUp({ server, reader, apply, isLeader, signal }: CatchUpOptions) {
  let latest: LeaderMessage;
  let running: AbortController | null = null;
  const isOver = () => isLeader() || signal.aborted;
  const differs = () => !isOver() && (!reader.position || !isSamePosition(reader.position, latest.frame.to));
  const isAhead = ({ position } = reader) =>
    position !== undefined && isSameHistory(position, latest.frame.to) && position.sequence > latest.frame.to.sequence;
  const ask = async (own: AbortController): Promise<void> => {
    await readServer({
      server,
      reader,
      // Rule 3: drops a response that was requested before this tab became the leader.
      apply: (frame) => {
        if (!isLeader()) apply(frame);
      },
      // A follower that cannot reach the server is offline, even if the leader is not.
      setConnection: (connection) => {
        if (!differs()) own.abort();
        else if (connection.state === "offline") reader.setConnection(connection);
      },
      setBalance: () => {},
      once: true,
      signal: own.signal,
    });
  };
  return async (message: LeaderMessage): Promise<void> => {
    latest = message;
    if (running !== null) {
      // A frame of the leader has closed the gap. Rule 3: drops the response that was requested before it.
      if (!differs()) running.abort();
      return;
    }
    const own = new AbortController();
    running = own;
    const unsubscribe = onAbort(signal, () => own.abort());
    try {
      for (
        let delayMs = 0;
        !own.signal.aborted && differs();
        delayMs = Math.min(2 * delayMs || minDelayMs, maxBackoffMs)
      ) {
        if (delayMs > 0) await pause(server.transport.environment, { ms: delayMs, signal: own.signal }).catch(() => {});
        if (differs()) await ask(own);
        // The server has confirmed that this tab is ahead: the leader's replica lags, and will catch up.
        if (isAhead()) break;
      }
    } finally {
      running = null;
      unsubscribe();
    }
    // A later message has opened another gap: the next one asks again.
    if (isOver() || (own.signal.aborted && differs())) return;
    if (latest.connection !== null) reader.setConnection(latest.connection);
    reader.setBalance(latest.balance);
  };
}
