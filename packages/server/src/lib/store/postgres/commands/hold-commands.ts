import { firstIdAt } from "../../../generation/generation-id.js";
import type { HoldStore } from "../../../ports/store/hold-store.js";
import { endHolds } from "../functions/hold/end-holds.js";
import { openHolds } from "../functions/hold/open-holds.js";
import { findHeldDuplicate } from "../reads/held-duplicate.js";
import type { StatementRunner } from "./statement-runner.js";

export const holdFunctions = [openHolds, endHolds];

/** Commands on holds of credits that the host keeps itself. */
export function holdCommands(runner: StatementRunner): HoldStore {
  return {
    async openHolds({ holds, keyHash = null, releaseAfterMs }) {
      await runner.call(openHolds, { holds: JSON.stringify(holds), keyHash, releaseAfterMs });
    },

    async hasHeldDuplicate({ keys, since, ...query }) {
      const args = { ...query, keys: JSON.stringify(keys), since: firstIdAt(since) };
      return (await runner.read(findHeldDuplicate, args)).duplicates.length > 0;
    },

    async endHolds({ refused, unused }) {
      await runner.call(endHolds, { refused: JSON.stringify(refused), unused: JSON.stringify(unused) });
    },
  };
}
