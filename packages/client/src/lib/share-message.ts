import type { SafelightEvent } from "./client.js";

/** What peers say to each other. */
export type ShareMessage =
  /** Who tells? */
  | { readonly type: "who" }
  | LeadMessage
  | { readonly type: "event"; readonly by: string; readonly event: SafelightEvent };

/** I tell, from this sequence on. */
export interface LeadMessage {
  readonly type: "lead";
  readonly by: string;
  readonly sequence: number;
  readonly isHidden: boolean;
  readonly latest: readonly SafelightEvent[];
}

/**
 * `null` for what is none. Names are made so that nothing else is said under them, and pages of another build say what they
 * say otherwise under another name: nothing further is looked at.
 */
export function toMessage(said: unknown): ShareMessage | null {
  // Whatever it is may be asked for members, and what they are is looked at below.
  const { type, by } = (said ?? {}) as Partial<Record<string, unknown>>;
  const isMessage = type === "who" || (typeof by === "string" && (type === "lead" || type === "event"));
  // The rest is the promise of the number in the name.
  return isMessage ? (said as ShareMessage) : null;
}
