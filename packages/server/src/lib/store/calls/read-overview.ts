import { firstIdAt } from "../../generation/generation-id.js";
import type { OperatorOverview } from "../../ports/store/operator-counts.js";
import type { OperatorReads } from "../../ports/store/operator-store.js";
import { afterAllIds } from "../arguments/operator-arguments.js";
import { type OverviewRow, type SummaryRow, toSummary } from "../rows/operator-rows.js";

/** Named arguments of the reads of an overview. */
export function overviewArguments({
  from,
  intervalMs,
  listLimit = 0,
  scanLimit,
  slowerThan = {},
}: Parameters<OperatorReads["readOverview"]>[0]) {
  const bounds = { scanLimit, fromMs: from, from: firstIdAt(from), beforeId: afterAllIds, intervalMs };
  return { ...bounds, listLimit, slowerThan: JSON.stringify(slowerThan) };
}

/**
 * The parts of an overview that one pass over the active rows has found.
 *
 * @param readSummaries of the listed generations, newest first. One that has ended since is left out.
 */
export async function toActiveParts(
  rows: readonly OverviewRow[],
  readSummaries: (args: { readonly ids: string }) => Promise<readonly SummaryRow[]>,
): Promise<Pick<OperatorOverview, "active" | "waitingOwners" | "stuck" | "slow">> {
  const idsOf = (list: OverviewRow["list"]) => rows.flatMap((row) => (row.list === list && row.id ? [row.id] : []));
  const [stuckIds, slowIds] = [idsOf("stuck"), idsOf("slow")];
  const ids = [...new Set([...stuckIds, ...slowIds])];
  const read = ids.length === 0 ? [] : await readSummaries({ ids: JSON.stringify(ids) });
  const summaries = read.map(toSummary).filter(({ finishedAt }) => finishedAt === null);
  return {
    active: rows.flatMap(({ count, model, oldestDueAt, state, stuck }) =>
      state === null || model === null || oldestDueAt === null ? [] : [{ state, model, count, stuck, oldestDueAt }],
    ),
    waitingOwners: rows.flatMap(({ id, inProgress, list, waiting }) =>
      list === "owner" && id !== null ? [{ ownerId: id, waiting, inProgress }] : [],
    ),
    stuck: summaries.filter(({ id }) => stuckIds.includes(id)),
    slow: summaries.filter(({ id }) => slowIds.includes(id)),
  };
}
