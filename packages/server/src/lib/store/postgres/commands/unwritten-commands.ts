import type { Store } from "../../../ports/store/store.js";

/**
 * Commands that no function exists for yet. A contract test that calls one of them is skipped. The list may only shrink,
 * and this file goes with its last row.
 */
export const unwritten = [] as const satisfies readonly (keyof Store)[];

type Unwritten = Pick<Store, (typeof unwritten)[number]>;

/** Each of these commands rejects, with its name. */
export function unwrittenCommands(): Unwritten {
  const reject = (name: string) => () => Promise.reject(new Error(`postgresStore has no "${name}" yet.`));
  // The cast is safe: a function that always rejects has every result.
  return Object.fromEntries(unwritten.map((name) => [name, reject(name)])) as unknown as Unwritten;
}
