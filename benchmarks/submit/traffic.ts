/** Owners who submit in turn: so many that none has more in progress than an owner of a real host would. */
export const ownerCount = 1_024;

/** What everybody's account begins with: more than anybody here spends. */
export const initialBalance = 1_000_000_000;

/** Credits for one generation. */
export const price = 4;

/** Where every host takes submits. */
export const submitPath = "/api/generations";

/** Says who is calling, as a session would. */
export const ownerHeader = "x-owner";

/** Whose the submit with this number is, from 0 on. */
export function ownerOf(number: number): string {
  return `owner-${number % ownerCount}`;
}

/** What the accounts of all owners hold after so many submits, in order. */
export function balancesAfter(submits: number): readonly number[] {
  return Array.from({ length: ownerCount }, (_, index) => {
    const own = Math.ceil((submits - index) / ownerCount);
    return initialBalance - price * Math.max(own, 0);
  });
}
