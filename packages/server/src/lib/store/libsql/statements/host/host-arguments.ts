import { allOf, type Guards } from "../../guards/guards.js";
import { isMarked } from "../../guards/sequences.js";
import { submitGuards } from "../submit/submit.js";
import { submitManyGuards } from "../submit/submit-many.js";

/** The payer and the price of a submit that the guards accept. No row for a refused or repeated one. */
const taken = (guards: Guards): string =>
  `SELECT account.id AS "accountId", :taken AS credits, :id AS key
   FROM safelight_owners owner JOIN safelight_accounts account ON account.id = :accountId
   WHERE owner.id = :ownerId AND :takes = 1 AND NOT EXISTS (SELECT 1 FROM safelight_generations WHERE id = :id)
     AND ${allOf(guards)}`;

/** The payer and the refund of the generation that this command ended. No row without a refund. */
const refunded = `SELECT g.hold ->> 'accountId' AS "accountId", g.refunded_credits AS credits, g.id AS key
   FROM safelight_generations g WHERE g.id = :id AND g.${isMarked} AND g.finished_at IS NOT NULL
     AND g.hold ->> 'sameDatabase' = 1 AND g.refunded_credits > 0`;

/** Reads of the arguments of the host's statements. */
export const hostArguments = { take: taken(submitGuards), takeMany: taken(submitManyGuards), give: refunded };
