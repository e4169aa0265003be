import type { VendorCost } from "../../../ports/provider.js";
import type { EndedStore } from "../../../ports/store/ended-store.js";
import type { RetentionStore } from "../../../ports/store/retention-store.js";
import { toPurge } from "../../rows/ended-rows.js";
import { fromJson, toGeneration } from "../../rows/generation-row.js";
import { purgeGenerations } from "../functions/ended/purge-generations.js";
import { findEnded, getEnded } from "../reads/ended.js";
import type { StatementRunner } from "./statement-runner.js";

export const endedFunctions = [purgeGenerations];

/** Reads ended generations for announcements to the host, and deletes those whose retention period has ended. */
export function endedCommands(runner: StatementRunner): EndedStore & RetentionStore {
  return {
    async getEnded({ id }) {
      const { attempts, generation } = await runner.read(getEnded, { id });
      const [row] = generation;
      if (row === undefined) return null;
      const costs = attempts.flatMap(({ costs, providerId }) =>
        toCosts(costs).map((cost) => ({ providerId, ...cost })),
      );
      return { generation: toGeneration(row), isDeleted: row.deletedAt !== null, costs };
    },

    async purgeGenerations({ endedForMs, limit }) {
      const { ended } = await runner.read(findEnded, { endedForMs, limit });
      const { ids, nextInMs } = toPurge(ended, limit);
      const none = { ownerIds: [], teamIds: [] };
      if (ids.length === 0) return { ...none, nextInMs };
      return { ...none, ...(await runner.call(purgeGenerations, { ids: JSON.stringify(ids) })), nextInMs };
    },
  };
}

/** The casts are safe: only commands of workers write the column, from values of this type. */
function toCosts(text: string): readonly VendorCost[] {
  return (fromJson(text) ?? []) as unknown as readonly VendorCost[];
}
