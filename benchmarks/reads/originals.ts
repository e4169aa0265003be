/** Whose the originals are. */
export const originalOwner = "original";

/** What they are, by how they end: about what a shop sees. */
export const originals = { completed: 176, failed: 16, canceled: 8, never: 10 };
export const originalCount = Object.values(originals).reduce((sum, count) => sum + count, 0);

/** What everybody's account begins with: more than anybody here spends. */
export const initialGrant = 1_000_000_000;
