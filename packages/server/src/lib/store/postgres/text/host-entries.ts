import { hostKeyPrefix } from "../../arguments/host-key.js";

/** Whether the host created a ledger entry `l`. The collation lets an index find them by the beginning of the key. */
export const isHostEntry = `l.key LIKE '${hostKeyPrefix}%'`;
