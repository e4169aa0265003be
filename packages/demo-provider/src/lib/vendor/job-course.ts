import type { JobRow } from "./vendor-file.js";

/** How far a job is. Follows from its row and the time alone, so that it goes on while nobody runs. */
export type JobCourse =
  | { readonly phase: "queued"; readonly startsInMs: number }
  | {
      readonly phase: "developing";
      /** Steps that are done, from 0. */
      readonly step: number;
      /** From 0 to below 1. */
      readonly progress: number;
      readonly nextStepInMs: number;
    }
  | { readonly phase: "finished" }
  | { readonly phase: "refused" | "broken" }
  | { readonly phase: "canceled" };

/** How long a job waits before it is begun: one step. */
export function queueMs(job: Pick<JobRow, "stepMs">): number {
  return job.stepMs;
}

/** Where a job stands at an instant. */
export function courseOf(job: JobRow, now: number): JobCourse {
  if (job.canceledAt !== null) return { phase: "canceled" };
  const workedMs = now - job.acceptedAt - queueMs(job);
  if (workedMs < 0) return { phase: "queued", startsInMs: -workedMs };
  const step = Math.floor(workedMs / job.stepMs);
  // What goes wrong goes wrong halfway: after something was to be seen, and before the end.
  if (job.fate !== "finish" && step >= Math.ceil(job.steps / 2)) {
    return { phase: job.fate === "refuse" ? "refused" : "broken" };
  }
  if (step >= job.steps) return { phase: "finished" };
  return {
    phase: "developing",
    step,
    progress: workedMs / (job.steps * job.stepMs),
    nextStepInMs: (step + 1) * job.stepMs - workedMs,
  };
}
