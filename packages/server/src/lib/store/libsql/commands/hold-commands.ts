import type { HoldStore } from "../../../ports/store/hold-store.js";
import { endHoldsStatements, openHoldsStatements } from "../statements/host/holds.js";
import type { StatementRunner } from "./statement-runner.js";

/** Commands on holds of credits that the host keeps itself. */
export function holdCommands(runner: StatementRunner): HoldStore {
  return {
    async openHolds({ holds, releaseAfterMs }) {
      await runner.write(openHoldsStatements, { holds: JSON.stringify(holds), releaseAfterMs });
    },

    async endHolds({ refused, unused }) {
      await runner.write(endHoldsStatements, { refused: JSON.stringify(refused), unused: JSON.stringify(unused) });
    },
  };
}
