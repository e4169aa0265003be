import type { WorkerContext } from "../context/worker-context.js";
import { generationPurge } from "./generation-purge.js";
import { inputPurge } from "./input-purge.js";
import type { Purge } from "./retention.js";

/** The purges of the kinds of rows for which the host set a retention time. */
export function purgesOf(context: WorkerContext): readonly Purge[] {
  const { keepGenerationsMs = null, keepInputsMs } = context;
  return [
    ...(keepInputsMs === undefined ? [] : [inputPurge(context, keepInputsMs)]),
    ...(keepGenerationsMs === null ? [] : [generationPurge(context, keepGenerationsMs)]),
  ];
}
