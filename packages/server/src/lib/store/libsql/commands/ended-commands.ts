import type { VendorCost } from "../../../ports/provider.js";
import type { AttemptCost, EndedStore } from "../../../ports/store/ended-store.js";
import { toGeneration } from "../../rows/generation-row.js";
import { getEnded } from "../statements/reads.js";
import type { StatementRunner } from "./statement-runner.js";

/** Costs of one attempt, as the read returns them. */
interface AttemptCosts {
  readonly providerId: string;
  readonly costs: readonly VendorCost[];
}

/** Reads ended generations for announcements to the host. */
export function endedCommands(runner: StatementRunner): EndedStore {
  return {
    async getEnded({ id }) {
      const [row] = await runner.read(getEnded, { id });
      if (row === undefined) return null;
      return {
        generation: toGeneration(row),
        isDeleted: row.deletedAt !== null,
        costs: toCosts(row.costs),
      };
    },
  };
}

function toCosts(json: string): readonly AttemptCost[] {
  // The cast is safe: the read builds this JSON.
  const attempts = JSON.parse(json) as readonly AttemptCosts[];
  return attempts.flatMap(({ costs, providerId }) => costs.map((cost) => ({ providerId, ...cost })));
}
