import type { Generation } from "@safelight/client/contract";

const maxGenerations = 1_000;

/** The newest version of each recently changed generation, for responses that predate the change and arrive later. */
export interface GenerationLru {
  /** `null` if the generation was deleted; `undefined` if it is not remembered. */
  get(id: string): Generation | null | undefined;
  /** Remembers a change as the newest one, and forgets the oldest of more than a thousand. */
  set(id: string, generation: Generation | null): void;
  delete(id: string): void;
  /** From the oldest change to the newest. */
  entries(): Iterable<readonly [id: string, generation: Generation | null]>;
  clear(): void;
  /** Every change after this sequence is remembered. */
  completeSince: number;
}

export function generationLru(): GenerationLru {
  const byId = new Map<string, Generation | null>();
  const lru: GenerationLru = {
    get: (id) => byId.get(id),
    set: (id, generation) => {
      byId.delete(id);
      byId.set(id, generation);
      const [oldest] = byId;
      if (byId.size <= maxGenerations || oldest === undefined) return;
      byId.delete(oldest[0]);
      lru.completeSince = Math.max(lru.completeSince, oldest[1]?.sequence ?? 0);
    },
    delete: (id) => void byId.delete(id),
    entries: () => byId,
    clear: () => byId.clear(),
    completeSince: 0,
  };
  return lru;
}
