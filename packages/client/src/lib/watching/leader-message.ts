import type { Frame } from "./frame.js";
import type { Connection } from "./reader.js";

/** A frame that the leader forwards to its followers, with its own state. */
export interface LeaderMessage {
  readonly frame: Frame;
  readonly connection: Connection | null;
  readonly balance: number | null;
  readonly isHidden: boolean;
}
