/** The owner of the originals. */
export const originalOwner = "original";

/** Number of originals by their end, in the proportions of a typical shop. */
export const originals = { completed: 176, failed: 16, canceled: 8, never: 10 };
export const originalCount = Object.values(originals).reduce((sum, count) => sum + count, 0);

/** Initial balance of each account, more than any owner spends. */
export const initialGrant = 1_000_000_000;
