import type { Position } from "../call-options.js";
import type { SafelightEvent } from "../client.js";
import { canApply, type Frame } from "./frame.js";

/** The last connection event. */
export type Connection = Omit<Extract<SafelightEvent, { readonly type: "connection" }>, "type">;

/** The one position of an iteration. Every event is emitted here, so a change is emitted at most once. */
export class Reader {
  readonly #emit: (event: SafelightEvent) => void;
  /** `undefined` before the first frame. */
  position: Position | undefined;
  /** `null` while connecting. */
  connection: Connection | null = null;
  /** `null` if no stream delivers it. */
  balance: number | null = null;
  /** The last sign-in that a tab has published, as `share-owner.ts` receives it: a tag, or `null` after a 401. */
  hint: unknown;
  /** Called after each applied frame, and without one after a change of the connection or the balance. */
  onUpdate: (frame?: Frame) => void = () => {};

  constructor(after: Position | undefined, emit: (event: SafelightEvent) => void) {
    this.position = after;
    this.#emit = emit;
  }

  /**
   * Rule 1: applies a frame if `from` is not after the position, and skips the changes that are not after it. A snapshot
   * replaces everything.
   */
  apply(frame: Frame): void {
    const { changes, places = [], snapshot, to } = frame;
    if (!canApply(frame, this.position)) return;
    if (snapshot !== null) {
      // The balance is another owner's.
      if (this.position?.ownerTag !== to.ownerTag) this.setBalance(null);
      this.position = to;
      this.#emit({ type: "snapshot", active: snapshot });
    }
    // `canApply` requires a position, unless a snapshot has just set it.
    const before = this.position as Position;
    // A leader that continues from a generation has no timeline before its first response.
    const end = { ...to, timeline: to.timeline ?? before.timeline };
    let { sequence } = before;
    for (const change of changes) {
      if (change.sequence <= sequence) continue;
      sequence = change.sequence;
      this.position = { ...end, sequence };
      this.#emit("status" in change ? { type: "generation", generation: change } : { type: "deleted", ...change });
    }
    this.position = { ...end, sequence: Math.max(sequence, end.sequence) };
    for (const place of places) this.#emit({ type: "place", place });
    this.onUpdate(frame);
  }

  setConnection({ state, isCurrent }: Connection): void {
    if (this.connection?.state === state && this.connection.isCurrent === isCurrent) return;
    this.connection = { state, isCurrent };
    this.#emit({ type: "connection", state, isCurrent });
    this.onUpdate();
  }

  setBalance(balance: number | null): void {
    if (balance === this.balance) return;
    this.balance = balance;
    this.#emit({ type: "credits", balance });
    this.onUpdate();
  }
}
