/** Who pays: many, as on a real server. */
export const accountIds: readonly string[] = Array.from({ length: 100 }, (_, index) => `account-${index}`);
/** What each account starts with, and what one generation takes. */
export const initialCredits = 1_000_000;
export const creditsOfOne = 4;
/** Submits that are under way at once. */
export const submitsAtOnce = 64;
export const prompt = "a lighthouse at dawn, in the manner of an old postcard";

/** What the books must say when so many have lived. */
function booksAfter(lives: number): Books {
  return {
    completed: lives,
    debits: lives,
    captures: lives,
    balance: accountIds.length * initialCredits - lives * creditsOfOne,
  };
}

/** What is counted in a database when all is done. */
export interface Books {
  /** Generations, or jobs, that have completed with their result. */
  readonly completed: number;
  readonly debits: number;
  /** Debits that were resolved by a completion. */
  readonly captures: number;
  /** Of all accounts together. */
  readonly balance: number;
}

/** @throws when the work was not done, or not paid for once each. */
export function checkBooks(books: Books, lives: number): void {
  const [found, expected] = [JSON.stringify(books), JSON.stringify(booksAfter(lives))];
  if (found !== expected) throw new Error(`The books say ${found}, not ${expected}.`);
}
