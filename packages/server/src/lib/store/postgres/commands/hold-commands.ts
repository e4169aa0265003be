import type { HoldStore } from "../../../ports/store/hold-store.js";
import { endHolds } from "../functions/hold/end-holds.js";
import { openHolds } from "../functions/hold/open-holds.js";
import type { StatementRunner } from "./statement-runner.js";

export const holdFunctions = [openHolds, endHolds];

/** Commands on holds of credits that the host keeps itself. */
export function holdCommands(runner: StatementRunner): HoldStore {
  return {
    async openHolds({ holds, releaseAfterMs }) {
      await runner.call(openHolds, { holds: JSON.stringify(holds), releaseAfterMs });
    },

    async endHolds({ refused, unused }) {
      await runner.call(endHolds, { refused: JSON.stringify(refused), unused: JSON.stringify(unused) });
    },
  };
}
