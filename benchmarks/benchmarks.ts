import { bytes } from "./bytes/bytes.ts";
import type { Benchmark } from "./frame/benchmark.ts";

/** In the order in which they run. */
export const benchmarks: readonly Benchmark[] = [bytes];
