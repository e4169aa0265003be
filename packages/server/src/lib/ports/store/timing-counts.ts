/** Generations with similar durations: same model, provider and size of the work. */
export interface TimingSeries {
  readonly model: string;
  readonly providerId: string;
  /** As `workSizeOf`: of images, the number of requested outputs. */
  readonly size: number;
}

/** Number of generations of a series with a similar duration. */
export interface TimingCount extends TimingSeries {
  /** Logarithm of the duration. The callers of `addTimings` and `readTimings` choose the base; the store does not. */
  readonly bucket: number;
  readonly count: number;
}
