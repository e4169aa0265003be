import { canceledReason, failedReason } from "../../ledger/refund-for.js";
import { operatorKey } from "../../ports/store/operator-store.js";
import { toHostKey } from "./host-key.js";

const prefix = toHostKey(operatorKey);

/**
 * SQL for the cause of a ledger entry: `operator` for an operator's adjustment or refund, and for the refund of a generation that
 * an operator ended or canceled; NULL for any other entry. Not `EXISTS`, for which Postgres may read all actions into a hash.
 *
 * @param names.entry alias or name of the table of entries.
 * @param names.actions name of the table of the operators' actions.
 */
export const causedBy = ({ actions, entry }: { readonly entry: string; readonly actions: string }): string =>
  `CASE WHEN substr(${entry}.key, 1, ${prefix.length}) = '${prefix}' OR (${entry}.kind = 'refund' AND (
       ${entry}.reason LIKE '${failedReason("ended_by_operator")} %' OR (
         ${entry}.reason LIKE '${canceledReason}%' AND (SELECT 1 FROM ${actions} o
           WHERE o.subject = ${entry}.generation_id AND o.action = 'cancel' AND o.outcome = 'applied' LIMIT 1) = 1
       ))) THEN 'operator' END`;
