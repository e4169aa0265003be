import { firstIdAt } from "../../../generation/generation-id.js";
import type { HoldStore } from "../../../ports/store/hold-store.js";
import { endHoldsStatements, findHeldDuplicateStatement, openHoldsStatements } from "../statements/host/holds.js";
import type { StatementRunner } from "./statement-runner.js";

/** Commands on holds of credits that the host keeps itself. */
export function holdCommands(runner: StatementRunner): HoldStore {
  return {
    async openHolds({ holds, keyHash = null, releaseAfterMs }) {
      await runner.write(openHoldsStatements, { holds: JSON.stringify(holds), keyHash, releaseAfterMs });
    },

    async hasHeldDuplicate({ keys, since, ...query }) {
      const args = { ...query, keys: JSON.stringify(keys), since: firstIdAt(since) };
      return (await runner.read(findHeldDuplicateStatement, args)).length > 0;
    },

    async endHolds({ refused, unused }) {
      await runner.write(endHoldsStatements, { refused: JSON.stringify(refused), unused: JSON.stringify(unused) });
    },
  };
}
