/** What the pace depends on; a record fits. */
export interface PacedGeneration {
  readonly createdAt: number;
  readonly expectedAt: number | null;
  readonly finishedAt: number | null;
}

/** When nothing is in progress: another device may still submit. */
const idlePollMs = 30_000;

const minPollMs = 500;
const maxPollMs = 10_000;

/** Age below which a pace holds. */
const paces = [
  { youngerThanMs: 10_000, pollMs: 1_000 },
  { youngerThanMs: 60_000, pollMs: 2_000 },
  { youngerThanMs: 300_000, pollMs: 5_000 },
];

/**
 * When a client that nobody pushes to should ask again, in milliseconds: soon for what is young or about to end, later
 * for what is old, and rarely when nothing is in progress.
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
  // Half of what is left comes close to the end in few steps, whatever the age says.
  return leftMs > 0 ? Math.min(maxPollMs, Math.max(minPollMs, Math.round(leftMs / 2))) : byAge;
}
