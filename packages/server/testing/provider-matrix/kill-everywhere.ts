import type { VendorBehavior } from "../vendors/fake-vendor.js";
import { paidFor } from "./audit-world.js";
import { type CellEnd, canFind, must, type Stage } from "./cell.js";
import type { MatrixWorld } from "./matrix-world.js";
import { endOf } from "./play-one.js";

/** A deterministic sequence of events. */
export interface Course {
  readonly behaviors: readonly [VendorBehavior, ...VendorBehavior[]];
  /** Runs before the first crash point. */
  readonly prepare?: (world: MatrixWorld, id: string) => Promise<void>;
  /** Delivers the vendor's webhook after the crash, if the vendor has the job. */
  readonly createWebhook?: (world: MatrixWorld) => Promise<void>;
  /** Final state unless the response is lost. */
  readonly end: string;
}

/** Crash points between the intent and the recorded outcome of the paid request. */
const pointsInPaidRequest = ["P5", "before a submit", "after a submit", "P7"];

/**
 * Kills the process at each point that an undisturbed run passes: its crash points, and before and after each request to
 * the vendor and each copy. Each time, another process takes over once the lease has expired.
 */
export async function killEverywhere(stage: Stage, world: MatrixWorld, course: Course): Promise<CellEnd> {
  const first = await begin(world, course);
  const from = world.passedPoints.length;
  must(
    endOf(await world.runToEnd(first)) === course.end,
    `Without a crash, the generation did not end as ${course.end}`,
  );
  const count = world.passedPoints.length - from;
  must(count > 1, "There is no crash point");
  const ends = new Map<string, number>();
  for (let index = 0; index < count; index += 1) {
    const id = await begin(world, course);
    const point = await killAt(world, index);
    const accepted = paidFor(world, id);
    if (accepted > 0) await course.createWebhook?.(world);
    const end = endOf(await world.runToEnd(id));
    const isCut = pointsInPaidRequest.includes(point) || !stage.provider.capabilities.resumable;
    const isFound = accepted > 0 && (canFind(stage.provider) || course.createWebhook !== undefined);
    const isRight = end === course.end || (end === "outcome_unknown" && isCut && !isFound);
    must(isRight, `Killed at ${point} (${index + 1} of ${count}), the generation ended as ${end}`);
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  return { type: "holds", end: `${[...ends].map(([end, times]) => `${times} ${end}`).join(", ")} · ≤ 1` };
}

async function begin(world: MatrixWorld, { behaviors, prepare }: Course): Promise<string> {
  // Remaining work of the previous generation would pass crash points too.
  await world.runToRest();
  world.vendor.plan(...behaviors);
  const id = await world.submit();
  await prepare?.(world, id);
  return id;
}

/** Returns the crash point. */
async function killAt(world: MatrixWorld, index: number): Promise<string> {
  world.crashedAt = null;
  world.remainingCrashPoints = index;
  while (world.crashedAt === null && (await world.nextStep()));
  must(world.crashedAt !== null, `The process did not reach crash point ${index + 1}`);
  return world.crashedAt;
}
