/** What a process holds after everything was collected that can be, in bytes. */
export type Memory = {
  readonly rss: number;
  readonly heap: number;
};

/** Of this process, which runs with `--expose-gc`. */
export function memoryOf(): Memory {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error("It runs with --expose-gc.");
  collect();
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  return { rss, heap: heapUsed };
}
