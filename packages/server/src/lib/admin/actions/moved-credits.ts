import type { OperatorActionRecord } from "../../ports/store/operator-store.js";

/** The signed credits that an applied action has moved; `null` if it moved none, or has no balances. */
export function movedCredits({
  after,
  before,
  outcome,
}: Pick<OperatorActionRecord, "after" | "before" | "outcome">): number | null {
  const [from, to] = [before?.balance, after?.balance];
  return outcome === "applied" && typeof from === "number" && typeof to === "number" && to !== from ? to - from : null;
}
