/** Ids and tokens that are equal in every run of a test. */
export interface DeterministicIds {
  /** `gen_` and a counting UUIDv7. Ids sort by creation. */
  newGenerationId(): string;
  /** Prefix of a generation's storage keys. */
  newStoragePrefix(): string;
  /** Replaces an unguessable token. */
  createToken(): string;
}

/**
 * Creates ids that count from 1.
 *
 * @param name part of every token and prefix. Sources with different names never return equal tokens.
 */
export function deterministicIds(name = "test"): DeterministicIds {
  const counter = (): (() => number) => {
    let count = 0;
    return () => {
      count += 1;
      return count;
    };
  };
  const generations = counter();
  const prefixes = counter();
  const tokens = counter();
  return {
    newGenerationId: () => `gen_01900000-0000-7000-8000-${generations().toString(16).padStart(12, "0")}`,
    newStoragePrefix: () => `${name}-prefix-${prefixes()}`,
    createToken: () => `${name}-token-${tokens()}`,
  };
}
