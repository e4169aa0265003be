/** Number of owners who submit in turn, so that none has more active generations than a typical owner. */
export const ownerCount = 1_024;

/** Initial balance of each account, more than any owner spends. */
export const initialBalance = 1_000_000_000;

/** Credits per generation. */
export const price = 4;

/** Submit route of all hosts. */
export const submitPath = "/api/generations";

/** Identifies the caller, as a session would. */
export const ownerHeader = "x-owner";

/** The owner of the submit with this number, from 0. */
export function ownerOf(number: number): string {
  return `owner-${number % ownerCount}`;
}

/** Balances of all owners after a number of submits, in order. */
export function balancesAfter(submits: number): readonly number[] {
  return Array.from({ length: ownerCount }, (_, index) => {
    const own = Math.ceil((submits - index) / ownerCount);
    return initialBalance - price * Math.max(own, 0);
  });
}
