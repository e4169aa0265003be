import { browsers } from "./browsers/browsers.ts";
import { bundlers } from "./bytes/bundlers.ts";
import { bytes } from "./bytes/bytes.ts";
import { footprint } from "./footprint/footprint.ts";
import type { Benchmark } from "./frame/benchmark.ts";
import { life } from "./life/life.ts";
import { pixels } from "./pixels/pixels.ts";
import { postgres } from "./postgres/postgres.ts";
import { reads } from "./reads/reads.ts";
import { submit } from "./submit/submit.ts";
import { types } from "./type-checks/type-checks.ts";
import { wake } from "./wake/wake.ts";

/** All benchmarks, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  bytes,
  bundlers,
  types,
  submit,
  wake,
  life,
  pixels,
  browsers,
  footprint,
  reads,
  postgres,
];
