/** Memory of a process after a garbage collection, in bytes. */
export type Memory = {
  readonly rss: number;
  readonly heap: number;
};

/** Of this process, which must run with `--expose-gc`. */
export function memoryOf(): Memory {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error("Run this process with --expose-gc.");
  collect();
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  return { rss, heap: heapUsed };
}
