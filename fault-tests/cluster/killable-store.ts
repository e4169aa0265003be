import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { openStore } from "../ground/open-store.js";
import type { OpenOptions } from "../ground/proving-ground.js";
import { type StorePoints, withPoints } from "./kill-points.js";

/**
 * SQL that marks a crash point within a transaction. In Postgres a transaction is one call of a function, and the process
 * dies when it has sent the call.
 */
const statementPoints: readonly { readonly point: string; readonly pattern: RegExp }[] = [
  {
    point: "P2",
    pattern:
      /INSERT INTO safelight_ledger_entries[^;]*'debit', -|UPDATE wallets SET credits = credits -|"safelight_submit_[0-9a-z]+"/,
  },
  {
    point: "P14",
    pattern:
      /INSERT INTO safelight_ledger_entries[^;]*'capture' ELSE 'refund'|UPDATE wallets SET credits = credits \+|"safelight_settle_[0-9a-z]+"/,
  },
  { point: "P17", pattern: /UPDATE safelight_generations\s+SET epoch = epoch \+ 1|"safelight_claim_[0-9a-z]+"/ },
];

/**
 * A store whose process may be killed before and after each command, and between two statements of a command.
 *
 * @param options.clock overrides the machine's clock.
 */
export function killableStore(
  databaseUrl: string,
  {
    points,
    clock = {},
  }: { readonly points: StorePoints; readonly clock?: Pick<OpenOptions, "now" | "monotonicNow"> | undefined },
): Store {
  const onStatement = (sql: string): void => {
    const point = statementPoints.find(({ pattern }) => pattern.test(sql))?.point;
    if (point !== undefined) points.pass(point);
  };
  return withPoints(openStore(databaseUrl, { ...clock, onStatement }), points);
}
