import type { OwnerStore } from "../../../ports/store/owner-store.js";
import { erasureArguments } from "../../arguments/erasure-arguments.js";
import { toEraseVerdict, toTransferVerdict } from "../../rows/owner-verdict.js";
import { eraseOwner } from "../functions/owner/erase-owner.js";
import { transferOwner } from "../functions/owner/transfer-owner.js";
import { erasurePosition } from "../reads/erasure-position.js";
import type { StatementRunner } from "./statement-runner.js";

export const ownerLifecycleFunctions = [eraseOwner, transferOwner];

/** Commands on an owner as a whole. */
export function ownerLifecycleCommands(runner: StatementRunner): OwnerStore {
  return {
    async transferOwner({ from, to, credits, initialGrant, erasures }) {
      const movesCredits = credits === "move" ? 1 : 0;
      const args = { from, ownerId: to, movesCredits, initialGrant, token: runner.createToken() };
      const row = await runner.call(transferOwner, { ...args, ...erasureArguments(erasures) });
      if (row === null) throw new Error("The transfer returned no verdict.");
      return toTransferVerdict(row, row.team_ids ?? []);
    },

    async eraseOwner({ ownerId, pseudonym, limit, models = null, ownerMarks = [] }) {
      const args = {
        ownerId,
        pseudonym,
        limit,
        ownerMarks: JSON.stringify(ownerMarks),
        models: models && JSON.stringify(models),
      };
      const row = await runner.call(eraseOwner, args);
      if (row === null) throw new Error("The erasure returned no verdict.");
      return toEraseVerdict(row, row.team_ids);
    },

    async erasurePosition() {
      return (await runner.read(erasurePosition, {})).erasures[0]?.position ?? 0;
    },
  };
}
