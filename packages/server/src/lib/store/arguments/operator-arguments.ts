import { firstIdAt } from "../../generation/generation-id.js";
import type { FindGenerationsQuery, OperatorAction } from "../../ports/store/operator-store.js";

/** Above every id of a generation. */
export const afterAllIds = "gen_~";

/** Named arguments of a record. The names differ from those of the commands that it accompanies. */
export function actionArguments({ action, actor, reason, subject }: OperatorAction) {
  return { action, actor, actionReason: reason, subject };
}

/** The id of the record of a bulk's effect on a generation; `undefined` for a single action. */
export function effectToken(bulk: string | undefined, id: string): { readonly token?: string } {
  return bulk === undefined ? {} : { token: `${bulk}:${id}` };
}

/** Named arguments of a search. Without a filter, it reads no more rows than it returns. */
export function findArguments(query: FindGenerationsQuery) {
  const { accountId, before, failureCode, from, isStarted, isStuck, limit, model, ownerId, providerId, states, to } =
    query;
  const hasFilter = [accountId, failureCode, isStarted, model, providerId, states].some((filter) => filter !== null);
  const end = to === null ? afterAllIds : firstIdAt(to);
  return {
    accountId,
    failureCode,
    model,
    ownerId,
    providerId,
    states: states === null ? null : JSON.stringify(states),
    isStarted: isStarted === null ? null : Number(isStarted),
    isStuck: Number(isStuck),
    from: from === null ? "" : firstIdAt(from),
    beforeId: before !== null && before < end ? before : end,
    limit: limit + 1,
    scanLimit: hasFilter || isStuck ? query.scanLimit : limit + 1,
  };
}

/**
 * The rows that a search reads: the generations of an owner, the active ones, or all by time. Only active generations are
 * stuck, and only some states are active.
 */
export type SearchSource = "owner" | "active" | "time";

export function sourceOf({ isStuck, ownerId, states }: FindGenerationsQuery): SearchSource {
  if (ownerId !== null) return "owner";
  const isActive = states !== null && !states.some((state) => ["completed", "failed", "canceled"].includes(state));
  return isStuck || isActive ? "active" : "time";
}
