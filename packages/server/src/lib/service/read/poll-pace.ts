/** The fields of a generation record that the pace depends on. Times in epoch milliseconds. */
export interface PacedGeneration {
  readonly createdAt: number;
  readonly expectedAt: number | null;
  readonly finishedAt: number | null;
}

/** Interval without active generations: another device may submit one. */
const idlePollMs = 30_000;

const minPollMs = 500;
const maxPollMs = 10_000;

/** Poll intervals by the age of a generation. */
const paces = [
  { youngerThanMs: 10_000, pollMs: 1_000 },
  { youngerThanMs: 60_000, pollMs: 2_000 },
  { youngerThanMs: 300_000, pollMs: 5_000 },
];

/**
 * Time until a polling client should send its next request, in milliseconds: short for a new generation or one that is
 * about to end, longer for an old one, and 30 s without active generations.
 *
 * @param now epoch milliseconds.
 */
export function pollAfterMs(generations: readonly PacedGeneration[], now: number): number {
  return Math.min(idlePollMs, ...generations.map((generation) => paceOf(generation, now)));
}

function paceOf(generation: PacedGeneration, now: number): number {
  if (generation.finishedAt !== null) return idlePollMs;
  const ageMs = now - generation.createdAt;
  const byAge = paces.find((pace) => ageMs < pace.youngerThanMs)?.pollMs ?? maxPollMs;
  const leftMs = generation.expectedAt === null ? 0 : generation.expectedAt - now;
  // Half of the time left approaches the end in few polls.
  return leftMs > 0 ? Math.min(maxPollMs, Math.max(minPollMs, Math.round(leftMs / 2))) : byAge;
}
