import { medianOf } from "./quantiles.ts";

/** What was counted in one round, by name. */
export type Figures = Readonly<Record<string, number>>;

/** Why there are no figures: something that it needs is not on this machine. */
export interface Absent {
  readonly absent: string;
}

/** Who is measured. */
export interface Contender<Measured extends Figures> {
  readonly name: string;
  /** Starts everything that it needs, measures one round, and leaves nothing running. */
  measure(): Promise<Measured | Absent>;
}

/** The medians of all rounds. */
export interface Result<Measured extends Figures> {
  readonly name: string;
  readonly outcome: Measured | Absent;
}

/**
 * Measures each contender in turn, round after round, so that a slow minute of the machine falls on all of them.
 *
 * @returns the median of every figure, in the order of the contenders.
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
  // The same names as in each round.
  return Object.fromEntries(
    names.map((name) => [name, medianOf(rounds.map((round) => round[name] ?? NaN))]),
  ) as Measured;
}
