import { type HostStatements, withExpressions } from "../../../arguments/host-statement.js";
import { allOf } from "../../guards/guards.js";
import { isMarked } from "../../guards/sequences.js";
import { submitGuards } from "../submit/submit.js";
import { submitManyGuards } from "../submit/submit-many.js";
import { giveBack, take, takeMany } from "./host-placeholders.js";

/** The account that pays. NULL if the submit is refused: the host's statement then changes no row. */
const payer = (isAllowed: string): string =>
  `(SELECT account.id FROM safelight_owners owner JOIN safelight_accounts account ON account.id = :accountId
     WHERE owner.id = :ownerId AND :takes = 1 AND NOT EXISTS (SELECT 1 FROM safelight_generations WHERE id = :id)
       AND ${isAllowed})`;

/** An expression on the generation that this command ended with a refund; NULL if there is none. */
const refunded = (value: string): string =>
  `(SELECT ${value} FROM safelight_generations g WHERE g.id = :id AND g.${isMarked} AND g.finished_at IS NOT NULL
     AND g.hold ->> 'sameDatabase' = 1 AND g.refunded_credits > 0)`;

/** The statements that replace the placeholders in the commands, by the text of their placeholder. */
export function hostStatementsOf(host: HostStatements): ReadonlyMap<string, string> {
  const taken = { credits: ":taken", key: ":id" };
  return new Map([
    [take, withExpressions(host.take, { ...taken, accountId: payer(allOf(submitGuards)) })],
    [takeMany, withExpressions(host.take, { ...taken, accountId: payer(allOf(submitManyGuards)) })],
    [
      giveBack,
      withExpressions(host.give, {
        accountId: refunded("g.hold ->> 'accountId'"),
        credits: refunded("g.refunded_credits"),
        key: ":id",
      }),
    ],
  ]);
}
