/** Ids and tokens that are the same in every run of a test. */
export interface DeterministicIds {
  /** `gen_` and a UUIDv7 that counts, so that ids sort by their creation. */
  newGenerationId(): string;
  /** First part of storage keys. */
  newStoragePrefix(): string;
  /** What stands for an unguessable token. */
  createToken(): string;
}

/**
 * Makes ids that count from 1.
 *
 * @param name goes into every token and prefix: two sources with different names never give the same one.
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
