/** The part of an attempt that identifies its provider: the row contains only the provider's id. */
export interface AttemptProvider {
  readonly providerId: string;
}

/** The provider that made an attempt; `null` when the model no longer lists it. */
export function providerOf<P extends { readonly id: string }>(
  providers: readonly [P, ...P[]],
  attempt: AttemptProvider,
): P | null {
  return providers[providerIndex(providers, attempt)] ?? null;
}

/** The index of the provider that made an attempt, or -1. */
export function providerIndex(providers: readonly { readonly id: string }[], { providerId }: AttemptProvider): number {
  return providers.findIndex(({ id }) => id === providerId);
}

/**
 * Gives each provider of a model a unique id. If two share an id, as two models of one vendor do, the second becomes
 * `fal-2`. An attempt is matched to its provider by this stored id.
 */
export function withUniqueIds<P extends { readonly id: string }>(
  providers: readonly [P, ...P[]],
): readonly [P, ...P[]] {
  const [first, ...others] = providers;
  const counts = new Map([[first.id, 1]]);
  const unique = others.map((provider) => {
    const count = (counts.get(provider.id) ?? 0) + 1;
    counts.set(provider.id, count);
    // Inherits from the provider, so that the methods of a class keep working.
    return count === 1
      ? provider
      : Object.create(provider, { id: { value: `${provider.id}-${count}`, enumerable: true } });
  });
  return [first, ...unique];
}
