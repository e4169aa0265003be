import type { Position, SafelightEvent } from "@safelight/client";
import type { ActiveResponse } from "@safelight/client/contract";
import type { Connection } from "./connection.js";
import type { Owner } from "./owner.js";

/** State of a live connection. */
export interface LiveState {
  /**
   * - `stopped`: no hook is mounted.
   * - `waiting`: it starts after a delay.
   * - `running`: it requests a position, then receives events.
   * - `refused`: no permitted user is signed in. The next response to one starts it again.
   */
  readonly phase: "stopped" | "waiting" | "running" | "refused";
  readonly connection: Connection;
  readonly owner: Owner;
  /** Events continue from here, also after a stop; `null` if a snapshot is required first. */
  readonly position: Position | null;
  /** Whether every change up to now was received. */
  readonly isCurrent: boolean;
  /** How often the position was lost. A generation may then have a lower version, since a backup was restored. */
  readonly resyncs: number;
}

/** A transition of {@link LiveState}. */
export type LiveAction =
  | { readonly type: "started"; readonly delayMs: number }
  | { readonly type: "stopped" }
  /** A request failed, or the event stream ended. */
  | { readonly type: "failed" }
  /** The server refused the request: no permitted user is signed in. */
  | { readonly type: "refused" }
  /** The event of the client: its state changed, or all earlier changes were received. */
  | Extract<SafelightEvent, { readonly type: "connection" }>
  /** Data with this tag may be shown. `isConfirmed`: the server has just responded with it. */
  | { readonly type: "identified"; readonly ownerTag: string; readonly isConfirmed: boolean }
  /** Another owner may have signed in: cached data of other tags was cleared. `null` if the owner is unknown. */
  | { readonly type: "ownerReset"; readonly ownerTag: string | null }
  /**
   * A list of active generations. `isFresh`: the server has just responded with it. Every change after `completeSince` is
   * remembered, and merged into the list.
   */
  | {
      readonly type: "listed";
      readonly active: ActiveResponse;
      readonly isFresh: boolean;
      readonly completeSince: number;
    }
  /** The changes up to this sequence were received. */
  | { readonly type: "advanced"; readonly sequence: number }
  /** The changes since the position cannot be continued. */
  | { readonly type: "positionLost" };

/** The next state. Returns the same object if nothing changes. */
export function reduceLive(state: LiveState, action: LiveAction): LiveState {
  const { owner, position } = state;
  switch (action.type) {
    case "started":
      return { ...state, phase: action.delayMs > 0 ? "waiting" : "running" };
    case "failed":
      return { ...state, connection: "offline", isCurrent: false };
    case "stopped":
    case "refused":
      return {
        ...state,
        phase: action.type,
        connection: action.type === "stopped" ? "connecting" : "signed-out",
        owner: { ...owner, isConfirmed: false },
        isCurrent: false,
      };
    case "connection":
      // Changes that are missed while offline follow with the next response.
      return {
        ...state,
        connection: action.state,
        isCurrent: (state.isCurrent || action.isCurrent) && action.state !== "offline",
      };
    case "identified":
      if (action.ownerTag === owner.tag && (owner.isConfirmed || !action.isConfirmed)) return state;
      return { ...state, owner: { ...owner, tag: action.ownerTag, isConfirmed: action.isConfirmed } };
    case "ownerReset":
      return {
        ...state,
        owner: { epoch: owner.epoch + 1, tag: action.ownerTag, isConfirmed: false },
        position: null,
        isCurrent: false,
      };
    case "listed": {
      const { ownerTag, sequence, timeline, hasMore } = action.active;
      // The list omits generations that are not remembered: receive the changes after it again.
      const mustRewind = hasMore && sequence < action.completeSince;
      const isNext = ownerTag === owner.tag && (position === null || mustRewind);
      return {
        ...state,
        position: isNext ? { ownerTag, sequence, timeline } : position,
        isCurrent: state.isCurrent || (action.isFresh && !hasMore),
      };
    }
    case "advanced":
      return { ...state, position: position && { ...position, sequence: action.sequence } };
    case "positionLost":
      return { ...state, position: null, resyncs: state.resyncs + 1 };
  }
}
