import fc from "fast-check";
import type { Proof, ProofResult, ProofRun } from "../proof.js";
import type { Course } from "./act.js";
import { playCourse } from "./play-course.js";
import { randomCourse } from "./random-course.js";

const sizes = { short: 60, long: 10_000 };
/** A course that broke a promise is made smaller for so long. */
const shrinksForMs = 60_000;

/** Random courses of the pages of one browser, on a virtual clock: they share one connection, and go anywhere. */
export const pages: Proof = {
  id: "F22",
  title:
    "pages of one browser hide, sleep, hang and crash, while the server dies, lags behind and is set back (courses)",
  proves: ["I15", "I16"],
  run: playCourses,
};

async function playCourses({ scale, seed, onProgress }: ProofRun): Promise<ProofResult> {
  const total = { courses: 0, faults: 0, requests: 0, told: 0 };
  // Loaded with the first stream otherwise, in real time, for which no course waits: it would play in another way then.
  await import("eventsource-parser");
  let failedAt = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(randomCourse, async (course) => {
    if (performance.now() - failedAt > shrinksForMs) return;
    const report = await playCourse(course);
    if (failedAt === Number.POSITIVE_INFINITY) {
      total.courses += 1;
      for (const what of ["faults", "requests", "told"] as const) total[what] += report[what];
      onProgress?.(total.courses, sizes[scale]);
    }
    if (report.violations.length === 0) return;
    failedAt = Math.min(failedAt, performance.now());
    throw new Error(report.violations.join("; "));
  });
  const details = await fc.check(property, { seed, numRuns: sizes[scale] });
  return {
    runs: total.courses,
    faults: total.faults,
    violations: violationsOf(details),
    figures: { requests: total.requests.toLocaleString("en-US"), "changes told": total.told.toLocaleString("en-US") },
  };
}

function violationsOf(details: fc.RunDetails<[Course]>): readonly string[] {
  if (!details.failed) return [];
  const [course] = details.counterexample ?? [];
  const cause = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  return [
    `${cause} (path ${details.counterexamplePath}, ${details.numShrinks} times smaller: ${JSON.stringify(course)})`,
  ];
}
