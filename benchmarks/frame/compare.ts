import { medianOf } from "./quantiles.ts";

/** Figures of one round, by name. */
export type Figures = Readonly<Record<string, number>>;

/** Why there are no figures: a dependency is missing on this machine. */
export interface Absent {
  readonly absent: string;
}

/** A candidate of the comparison. */
export interface Contender<Measured extends Figures> {
  readonly name: string;
  /** Starts its dependencies, measures one round, and stops them. */
  measure(): Promise<Measured | Absent>;
}

/** Medians of all rounds. */
export interface Result<Measured extends Figures> {
  readonly name: string;
  readonly outcome: Measured | Absent;
}

/**
 * Measures each contender in turn, round after round, so that a slow period of the machine affects all of them.
 *
 * @returns the median of each figure, in the order of the contenders.
 */
export async function compare<Measured extends Figures>(
  contenders: readonly Contender<Measured>[],
  { rounds }: { readonly rounds: number },
): Promise<readonly Result<Measured>[]> {
  const measured = new Map<string, Measured[]>();
  const absent = new Map<string, Absent>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of contenders) {
      if (absent.has(contender.name)) continue;
      console.error(`  round ${round} of ${rounds}: ${contender.name}`);
      const outcome = await contender.measure();
      if (isAbsent(outcome)) absent.set(contender.name, outcome);
      else measured.set(contender.name, [...(measured.get(contender.name) ?? []), outcome]);
    }
  }
  return contenders.map(({ name }) => ({ name, outcome: absent.get(name) ?? mediansOf(measured.get(name) ?? []) }));
}

export function isAbsent(outcome: Figures | Absent): outcome is Absent {
  return typeof outcome.absent === "string";
}

function mediansOf<Measured extends Figures>(rounds: readonly Measured[]): Measured {
  const [first] = rounds;
  if (first === undefined) throw new Error("Nothing was measured.");
  const names = Object.keys(first);
  // Each round has the same names.
  return Object.fromEntries(
    names.map((name) => [name, medianOf(rounds.map((round) => round[name] ?? NaN))]),
  ) as Measured;
}
