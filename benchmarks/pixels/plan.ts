/** One picture of a round. */
export interface PlannedPicture {
  readonly name: string;
  /** From the beginning of the round. */
  readonly submitAfterMs: number;
  /** How long the provider takes. */
  readonly developMs: number;
}

/** When a picture came into sight, in epoch milliseconds of the page. */
export interface Sighting {
  /** The frame with it was on the screen, as the browser says. */
  readonly paintedAt: number;
  /** It was decoded, and two frames more were begun. */
  readonly framedAt: number;
}

/** What the page offers to whoever drives it. */
export interface DrivenPage {
  /** What is to be added to its clock to have the server's, in milliseconds. */
  clockOffset(): Promise<number>;
  /** Submits each picture when it is due. Answers by name when all are in sight. */
  develop(pictures: readonly PlannedPicture[]): Promise<Readonly<Record<string, Sighting>>>;
}

/** Its multiples, modulo 1, are spread evenly, and in no order. */
const goldenRatio = (1 + Math.sqrt(5)) / 2;

/**
 * Pictures that are submitted one after the other, and end evenly spread over a time, in no step with anybody's interval.
 *
 * @param options.round from 0: another one ends at other moments.
 */
export function planOf(options: {
  readonly prefix: string;
  readonly count: number;
  /** When the first one is submitted, and how long after it the next. */
  readonly fromMs: number;
  readonly everyMs: number;
  readonly leastMs: number;
  readonly spreadMs: number;
  readonly round: number;
}): readonly PlannedPicture[] {
  const { count, everyMs, fromMs, leastMs, prefix, round, spreadMs } = options;
  return Array.from({ length: count }, (_, index) => ({
    name: `${prefix} ${index}`,
    submitAfterMs: fromMs + index * everyMs,
    developMs: leastMs + spreadMs * (((round * count + index + 1) * goldenRatio) % 1),
  }));
}
