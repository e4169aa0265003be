import type { JobRow } from "./vendor-file.js";

/** Phase of a job. It depends only on the row and the time, so a job advances while no process runs. */
export type JobPhase =
  | { readonly type: "queued"; readonly startsInMs: number }
  | {
      readonly type: "running";
      /** Completed steps, from 0. */
      readonly step: number;
      /** From 0 to below 1. */
      readonly progress: number;
      readonly nextStepInMs: number;
    }
  | { readonly type: "finished" | "refused" | "broken" | "canceled" };

/** Time that a job is queued: one step, in milliseconds. */
export function queueMs(job: Pick<JobRow, "stepMs">): number {
  return job.stepMs;
}

/** Returns the phase of a job at an instant. */
export function phaseOf(job: JobRow, now: number): JobPhase {
  if (job.canceledAt !== null) return { type: "canceled" };
  const workedMs = now - job.acceptedAt - queueMs(job);
  if (workedMs < 0) return { type: "queued", startsInMs: -workedMs };
  const step = Math.floor(workedMs / job.stepMs);
  // A failing job fails halfway, after some previews.
  if (job.fate !== "finish" && step >= Math.ceil(job.steps / 2)) {
    return { type: job.fate === "refuse" ? "refused" : "broken" };
  }
  if (step >= job.steps) return { type: "finished" };
  return {
    type: "running",
    step,
    progress: workedMs / (job.steps * job.stepMs),
    nextStepInMs: (step + 1) * job.stepMs - workedMs,
  };
}
