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
  const {
    accountId,
    before,
    failureCodes,
    from,
    isStarted,
    isStuck,
    limit,
    models,
    providerIds,
    slowerThan,
    states,
    to,
  } = query;
  const filters = [accountId, failureCodes, isStarted, models, providerIds, slowerThan, states];
  const hasFilter = filters.some((filter) => filter !== null);
  const toJson = (value: object | null) => (value === null ? null : JSON.stringify(value));
  const end = to === null ? afterAllIds : firstIdAt(to);
  return {
    ...query,
    failureCodes: toJson(failureCodes),
    models: toJson(models),
    providerIds: toJson(providerIds),
    slowerThan: toJson(slowerThan),
    states: toJson(states),
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
 * stuck or slow, and only some states are active.
 */
export type SearchSource = "owner" | "active" | "time";

export function sourceOf({ isStuck, ownerId, slowerThan, states }: FindGenerationsQuery): SearchSource {
  if (ownerId !== null) return "owner";
  const isActive = states !== null && !states.some((state) => ["completed", "failed", "canceled"].includes(state));
  return isStuck || slowerThan !== null || isActive ? "active" : "time";
}
