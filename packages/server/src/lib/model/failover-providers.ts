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
 * `fal-2`, or the next number if `fal-2` is in use before it. An attempt is matched to its provider by this stored id, so
 * a provider that is appended changes no earlier id.
 */
export function withUniqueIds<P extends { readonly id: string }>(
  providers: readonly [P, ...P[]],
): readonly [P, ...P[]] {
  const [first, ...others] = providers;
  const used = new Set([first.id]);
  const unique = others.map((provider) => {
    const id = freeId(provider.id, used);
    used.add(id);
    // Inherits from the provider, so that the methods of a class keep working.
    return id === provider.id ? provider : Object.create(provider, { id: { value: id, enumerable: true } });
  });
  return [first, ...unique];
}

function freeId(id: string, used: ReadonlySet<string>): string {
  if (!used.has(id)) return id;
  let number = 2;
  while (used.has(`${id}-${number}`)) number += 1;
  return `${id}-${number}`;
}
