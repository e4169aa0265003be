import type { GenerationDetail, OperatorActionName } from "../../ports/store/operator-store.js";
import { actionLabels } from "../action-labels.js";

/**
 * Why a generation does not allow an action, for the operator who sent it: its state, and the operator who last changed it. That
 * is often a colleague who was faster. The author is missing if 100 later actions hide the record.
 */
export function refusalOf({ actions, generation }: GenerationDetail, action: OperatorActionName): string {
  const applied = actions.filter(({ after, outcome }) => outcome === "applied" && after !== null);
  const refund = applied.find((record) => record.action === "refund");
  if (action === "refund" && refund !== undefined) {
    return `The generation was refunded already, by ${signed(refund)} Move further credits on the page of its account.`;
  }
  const [last] = applied;
  const change = last === undefined ? "" : ` The last change is "${actionLabels[last.action]}", by ${signed(last)}`;
  return `A generation in the state ${generation.state} does not allow "${actionLabels[action]}".${change}`;
}

function signed({ actor, at, reason }: GenerationDetail["actions"][number]): string {
  return `${actor} at ${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC (reason: ${reason}).`;
}
