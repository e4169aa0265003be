/** What a chain is searched for: the row of an attempt knows its vendor only. */
export interface PlacedAttempt {
  readonly providerId: string;
}

/** The provider that made an attempt; `null` when the model does not name it any more. */
export function providerOf<P extends { readonly id: string }>(
  chain: readonly [P, ...P[]],
  attempt: PlacedAttempt,
): P | null {
  return chain[placeOf(chain, attempt)] ?? null;
}

/** The place in a chain of the provider that made an attempt, or -1. */
export function placeOf(chain: readonly { readonly id: string }[], { providerId }: PlacedAttempt): number {
  return chain.findIndex(({ id }) => id === providerId);
}

/**
 * A chain in which each provider has an id of its own: of those that share one, as two models of a vendor do, the second is
 * `fal-2`. An attempt is found again by the id that is stored with it.
 */
export function withOwnIds<P extends { readonly id: string }>(chain: readonly [P, ...P[]]): readonly [P, ...P[]] {
  const [first, ...others] = chain;
  const seen = new Map([[first.id, 1]]);
  const named = others.map((provider) => {
    const count = (seen.get(provider.id) ?? 0) + 1;
    seen.set(provider.id, count);
    // On top of the provider, so that the methods of a class stay what they are.
    return count === 1
      ? provider
      : Object.create(provider, { id: { value: `${provider.id}-${count}`, enumerable: true } });
  });
  return [first, ...named];
}
