/** One image of a round. */
export interface PlannedImage {
  readonly name: string;
  /** From the start of the round. */
  readonly submitAfterMs: number;
  /** Duration of the provider's work. */
  readonly jobMs: number;
}

/** Paint times of an image, in epoch milliseconds of the page. */
export interface PaintTimes {
  /** The browser reported the frame with the image. */
  readonly paintedAt: number;
  /** The image was decoded and two further frames had begun. */
  readonly framedAt: number;
}

/** Functions of the page for the measurement. */
export interface DrivenPage {
  /** Milliseconds to add to the page's clock for the server's time. */
  clockOffset(): Promise<number>;
  /** Submits each image when it is due. Resolves with the paint times by name when all are painted. */
  submitAll(images: readonly PlannedImage[]): Promise<Readonly<Record<string, PaintTimes>>>;
}

/** Its multiples modulo 1 are spread evenly, in no order. */
const goldenRatio = (1 + Math.sqrt(5)) / 2;

/**
 * Plans images that are submitted one after the other, with ends spread evenly over a period.
 *
 * @param options.round from 0; each round has other ends.
 */
export function planOf(options: {
  readonly prefix: string;
  readonly count: number;
  /** When the first one is submitted, and the interval to the next. */
  readonly fromMs: number;
  readonly everyMs: number;
  readonly minMs: number;
  readonly spreadMs: number;
  readonly round: number;
}): readonly PlannedImage[] {
  const { count, everyMs, fromMs, minMs, prefix, round, spreadMs } = options;
  return Array.from({ length: count }, (_, index) => ({
    name: `${prefix} ${index}`,
    submitAfterMs: fromMs + index * everyMs,
    jobMs: minMs + spreadMs * (((round * count + index + 1) * goldenRatio) % 1),
  }));
}
