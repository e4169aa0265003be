/** What a chain is searched for: the row of an attempt knows its vendor only. */
export interface PlacedAttempt {
  /** From 1. */
  readonly number: number;
  readonly providerId: string;
}

/** The provider that made an attempt; `null` when the model does not name it any more. */
export function providerOf<P extends { readonly id: string }>(
  chain: readonly [P, ...P[]],
  attempt: PlacedAttempt,
): P | null {
  return chain[placeOf(chain, attempt)] ?? null;
}

/**
 * The place in a chain of the provider that made an attempt, or -1. A chain may name one vendor more than once; each
 * attempt moves on by one at most, so attempt n cannot have come further than place n.
 */
export function placeOf(chain: readonly { readonly id: string }[], { number, providerId }: PlacedAttempt): number {
  const reached = chain.slice(0, number).findLastIndex(({ id }) => id === providerId);
  return reached === -1 ? chain.findIndex(({ id }) => id === providerId) : reached;
}
