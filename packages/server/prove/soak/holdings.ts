/** What a process holds. */
export interface Holdings {
  /** Open files and sockets; `null` where the system does not tell. */
  readonly files: number | null;
  /** Timers that are set. */
  readonly timers: number;
  /** Bytes of the heap and of buffers beside it, after everything was collected that can be. */
  readonly heapBytes: number;
}

/** How much more may be held than before. */
export type Allowance = { readonly [Held in keyof Holdings]-?: number };

/** What of it is more than was allowed, in words. */
export function excess(before: Holdings, after: Holdings, allowance: Allowance): readonly string[] {
  const held = ["files", "timers", "heapBytes"] as const;
  return held
    .filter((name) => Number(after[name]) - Number(before[name]) > allowance[name])
    .map((name) => `${name}: ${before[name]} before, ${after[name]} afterwards`);
}
