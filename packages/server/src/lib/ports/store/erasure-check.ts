/** Refuses a write whose request began before its owner was erased: it would bring back the owner's id and text. */
export interface ErasureCheck {
  /** Marks of the owners and accounts that the command may create. */
  readonly ownerMarks: readonly string[];
  /** `erasurePosition` from before the request identified its caller. A lower number refuses more. */
  readonly after: number;
}
