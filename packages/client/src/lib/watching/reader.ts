import type { ConnectionState, Position, SafelightEvent } from "../client.js";
import { canApply, type Frame } from "./frame.js";

/** The last connection event. */
export interface Connection {
  readonly state: ConnectionState;
  readonly isCurrent: boolean;
}

/** The one position of a tab. Every event is emitted here, so a change is emitted at most once. */
export interface Reader {
  /** `undefined` before the first frame. */
  readonly position: Position | undefined;
  /** `null` while connecting. */
  readonly connection: Connection | null;
  /** `null` if no stream delivers it. */
  readonly balance: number | null;
  /**
   * Rule 1: applies a frame if `from` is not after the position, and skips the changes that are not after it. A snapshot
   * replaces everything.
   */
  apply(frame: Frame): void;
  setConnection(connection: Connection): void;
  setBalance(balance: number | null): void;
}

/** Creates a reader at a position. */
export function createReader(after: Position | undefined, emit: (event: SafelightEvent) => void): Reader {
  let position = after;
  let connection: Connection | null = null;
  let balance: number | null = null;
  const reader: Reader = {
    get position() {
      return position;
    },
    get connection() {
      return connection;
    },
    get balance() {
      return balance;
    },
    apply(frame) {
      if (!canApply(frame, position)) return;
      const { changes, snapshot, to } = frame;
      if (snapshot !== null) {
        // The balance is another owner's.
        if (position?.ownerTag !== to.ownerTag) reader.setBalance(null);
        position = to;
        emit({ type: "snapshot", active: snapshot });
      }
      let sequence = position?.sequence ?? to.sequence;
      for (const change of changes) {
        if (change.sequence <= sequence) continue;
        sequence = change.sequence;
        position = { ...to, sequence };
        emit("status" in change ? { type: "generation", generation: change } : { type: "deleted", ...change });
      }
      position = { ...to, sequence: Math.max(sequence, to.sequence) };
    },
    setConnection({ state, isCurrent }) {
      if (connection?.state === state && connection.isCurrent === isCurrent) return;
      connection = { state, isCurrent };
      emit({ type: "connection", state, isCurrent });
    },
    setBalance(next) {
      if (next === balance) return;
      balance = next;
      emit({ type: "credits", balance });
    },
  };
  return reader;
}
