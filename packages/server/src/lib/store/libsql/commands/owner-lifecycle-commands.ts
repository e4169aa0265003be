import type { OwnerStore } from "../../../ports/store/owner-store.js";
import { erasureArguments } from "../../arguments/erasure-arguments.js";
import { type ErasedRow, type TransferredRow, toEraseVerdict, toTransferVerdict } from "../../rows/owner-verdict.js";
import { eraseOwnerStatements, erasurePositionStatement } from "../statements/erase.js";
import { toTransferKey, transferStatements, transferTeamsStatement } from "../statements/transfer.js";
import type { StatementRunner } from "./statement-runner.js";

const transferredWith = { move: transferStatements("move"), leave: transferStatements("leave") };

/** Commands on an owner as a whole. */
export function ownerLifecycleCommands(runner: StatementRunner): OwnerStore {
  return {
    async transferOwner({ from, to, credits, initialGrant, erasures }) {
      const token = runner.createToken();
      const ids = { from, ownerId: to, accountId: to };
      const args = { ...ids, initialGrant, token, key: toTransferKey(token), ...erasureArguments(erasures) };
      // Before the write, which makes the transferred generations equal to the other ones of `to`.
      const teams = await runner.read(transferTeamsStatement, { from });
      const [row] = await runner.write<TransferredRow>(transferredWith[credits], args);
      if (row === undefined) throw new Error("The transfer returned no verdict.");
      return toTransferVerdict(row, [...new Set(teams.map(({ team_id }) => String(team_id)))].toSorted());
    },

    async eraseOwner({ ownerId, pseudonym, limit, models = null, ownerMarks = [] }) {
      const [row] = await runner.write<ErasedRow & { readonly team_ids: string }>(eraseOwnerStatements, {
        ownerId,
        pseudonym,
        limit,
        ownerMarks: JSON.stringify(ownerMarks),
        models: models && JSON.stringify(models),
      });
      if (row === undefined) throw new Error("The erasure returned no verdict.");
      return toEraseVerdict(row, [...new Set<string>(JSON.parse(row.team_ids))]);
    },

    async erasurePosition() {
      const [row] = await runner.read(erasurePositionStatement, {});
      return Number(row?.position);
    },
  };
}
