/** Resources of a process. */
export interface ResourceUsage {
  /** Open files and sockets; `null` if the system does not provide them. */
  readonly files: number | null;
  /** Active timers. */
  readonly timers: number;
  /** Bytes of the heap and of external buffers, after a garbage collection. */
  readonly heapBytes: number;
}

/** Maximum increase of each resource. */
export type Allowance = { readonly [Held in keyof ResourceUsage]-?: number };

/** Describes each resource that exceeds its allowance. */
export function excess(
  before: ResourceUsage,
  { after, allowance }: { readonly after: ResourceUsage; readonly allowance: Allowance },
): readonly string[] {
  const held = ["files", "timers", "heapBytes"] as const;
  return held
    .filter((name) => Number(after[name]) - Number(before[name]) > allowance[name])
    .map((name) => `${name}: ${before[name]} before, ${after[name]} afterwards`);
}
