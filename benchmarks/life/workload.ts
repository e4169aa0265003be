/** Many accounts, as on a real server. */
export const accountIds: readonly string[] = Array.from({ length: 100 }, (_, index) => `account-${index}`);
/** Initial balance of each account, and price of a generation. */
export const initialCredits = 1_000_000;
export const creditsOfOne = 4;
/** Concurrent submits. */
export const submitsAtOnce = 64;
export const prompt = "a lighthouse at dawn, in the manner of an old postcard";

/** Expected totals after this number of lifecycles. */
function totalsAfter(lifecycles: number): Totals {
  return {
    completed: lifecycles,
    debits: lifecycles,
    captures: lifecycles,
    balance: accountIds.length * initialCredits - lifecycles * creditsOfOne,
  };
}

/** Totals of a database after the work. */
export interface Totals {
  /** Generations, or jobs, that completed with their result. */
  readonly completed: number;
  readonly debits: number;
  /** Debits resolved by a completion. */
  readonly captures: number;
  /** Sum over all accounts. */
  readonly balance: number;
}

/** @throws {Error} when a lifecycle is incomplete, or was not paid exactly once. */
export function checkTotals(totals: Totals, lifecycles: number): void {
  const [found, expected] = [JSON.stringify(totals), JSON.stringify(totalsAfter(lifecycles))];
  if (found !== expected) throw new Error(`The totals are ${found} instead of ${expected}.`);
}
