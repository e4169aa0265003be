import type { OwnerStore } from "../../../ports/store/owner-store.js";
import { erasureArguments } from "../../arguments/erasure-arguments.js";
import { eraseOwnerStatements, erasurePositionStatement } from "../statements/erase.js";
import { toTransferKey, transferStatements } from "../statements/transfer.js";
import type { Session } from "./session.js";

const transferredWith = { move: transferStatements("move"), leave: transferStatements("leave") };

/** Commands on an owner as a whole. */
export function ownerLifecycleCommands(session: Session): OwnerStore {
  return {
    async transferOwner({ from, to, credits, initialGrant, erasures }) {
      const token = session.createToken();
      const ids = { from, ownerId: to, accountId: to };
      const args = { ...ids, initialGrant, token, key: toTransferKey(token), ...erasureArguments(erasures) };
      const [row] = await session.write(transferredWith[credits], args);
      if (row?.is_erased === 1) return "owner_erased";
      if (row?.is_shared === 1) return "shared_account";
      return row?.is_too_much === 1 ? "too_much" : "transferred";
    },

    async eraseOwner({ ownerId, pseudonym, limit, models = null, marks = [] }) {
      const [row] = await session.write(eraseOwnerStatements, {
        ownerId,
        pseudonym,
        limit,
        marks: JSON.stringify(marks),
        models: models && JSON.stringify(models),
      });
      return {
        isErased: row?.is_erased === 1,
        generationId: typeof row?.generation_id === "string" ? row.generation_id : null,
      };
    },

    async erasurePosition() {
      const [row] = await session.read(erasurePositionStatement, {});
      return Number(row?.position);
    },
  };
}
