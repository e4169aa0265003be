import type { SafelightEvent } from "../client.js";

/**
 * What peers say to each other. Names are made so that nothing else is said under them, and pages of another build say what
 * they say otherwise under another name: nobody looks at what it is.
 */
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
