import type { ConnectionState, Position } from "@safelight/client";
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

// Each function below returns the next state, and the same object if nothing changes.

/** A request failed, or the event stream ended. */
export function failed(state: LiveState): LiveState {
  return { ...state, connection: "offline", isCurrent: false };
}

/** No hook is mounted any more, or the server refused the request: no permitted user is signed in. */
export function ended(state: LiveState, phase: "stopped" | "refused"): LiveState {
  const connection = phase === "stopped" ? "connecting" : "signed-out";
  return { ...state, phase, connection, owner: { ...state.owner, isConfirmed: false }, isCurrent: false };
}

/** The client has emitted its state. Changes that are missed while offline follow with the next response. */
export function connected(
  state: LiveState,
  { state: connection, isCurrent }: { readonly state: ConnectionState; readonly isCurrent: boolean },
): LiveState {
  return { ...state, connection, isCurrent: (state.isCurrent || isCurrent) && connection !== "offline" };
}

/** Data with this tag may be shown. `isConfirmed`: the server has just responded with it. */
export function identified(
  state: LiveState,
  { ownerTag: tag, isConfirmed }: { readonly ownerTag: string; readonly isConfirmed: boolean },
): LiveState {
  const { owner } = state;
  const isKnown = tag === owner.tag && (owner.isConfirmed || !isConfirmed);
  return isKnown ? state : { ...state, owner: { ...owner, tag, isConfirmed } };
}

/** Another owner may have signed in: cached data of other tags is cleared. `null` if the owner is unknown. */
export function ownerReset(state: LiveState, tag: string | null): LiveState {
  const owner = { epoch: state.owner.epoch + 1, tag, isConfirmed: false };
  return { ...state, owner, position: null, isCurrent: false };
}

/** A list of active generations. */
interface ActiveList {
  readonly active: ActiveResponse;
  /** The server has just responded with it. */
  readonly isFresh: boolean;
  /** Every change after this sequence is remembered, and merged into the list. */
  readonly completeSince: number;
}

/** The cache has a list of active generations. */
export function listed(state: LiveState, { active, isFresh, completeSince }: ActiveList): LiveState {
  const { owner, position } = state;
  const { ownerTag, sequence, timeline, hasMore } = active;
  // The list omits generations that are not remembered: receive the changes after it again.
  const mustRewind = hasMore && sequence < completeSince;
  const isNext = ownerTag === owner.tag && (position === null || mustRewind);
  return {
    ...state,
    position: isNext ? { ownerTag, sequence, timeline } : position,
    isCurrent: state.isCurrent || (isFresh && !hasMore),
  };
}

/** The changes up to this sequence were received. */
export function advanced(state: LiveState, sequence: number): LiveState {
  return { ...state, position: state.position && { ...state.position, sequence } };
}

/** The changes since the position cannot be continued. */
export function positionLost(state: LiveState): LiveState {
  return { ...state, position: null, resyncs: state.resyncs + 1 };
}
