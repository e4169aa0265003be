import { refundKey } from "../../ports/store/operator-store.js";
import { toHostKey } from "./host-key.js";

const prefix = toHostKey(refundKey);

/** SQL for the generation that an operator refunded with the ledger entry of this key; NULL for any other entry. */
export const refundOf = (key: string): string =>
  `CASE WHEN substr(${key}, 1, ${prefix.length}) = '${prefix}' THEN substr(${key}, ${prefix.length + 1}) END`;
