import type { WorkerContext } from "../context/worker-context.js";

/** The parts of a worker's context that copying and storing outputs need. */
export type OutputsContext = Pick<
  WorkerContext,
  | "clock"
  | "copier"
  | "logger"
  | "marking"
  | "maxOutputBytes"
  | "memory"
  | "onCrashPoint"
  | "outputCheck"
  | "scaler"
  | "sizeBreakers"
  | "storage"
>;
