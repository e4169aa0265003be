import type { SeededRandom } from "../../src/lib/testing/simulation/seeded-random.js";
import type { VendorPlan } from "./calling-vendor.js";

/**
 * When a call-back comes: while the paid request is on its way, once its reply is recorded or lost, between the owner's
 * cancel and the worker's next step, when the job has finished, and after the generation has ended.
 */
export const moments = ["in flight", "running", "canceling", "ready", "ended"] as const;
export type Moment = (typeof moments)[number];

/** The way of one generation: what its vendor does, and whether its owner cancels. */
export interface Course {
  readonly name: string;
  readonly reply: Extract<VendorPlan["reply"], "accepted" | "lost">;
  readonly end: VendorPlan["end"];
  readonly cancels: "never" | "early" | "late";
  readonly jobMs: number;
  /** Nobody calls back before the end. */
  readonly isOrphan?: boolean;
  /** What comes of it, and whether its job is stopped at the vendor. */
  readonly comesTo: { readonly status: "completed" | "failed" | "canceled"; readonly isStopped: boolean };
}

/** How long most jobs take: the longest that a proof waits between two moments. */
export const jobMs = 10_000;

const completed = { status: "completed", isStopped: false } as const;
const failed = { status: "failed", isStopped: false } as const;
const canceled = { status: "canceled", isStopped: true } as const;
const accepted = { reply: "accepted", end: "done", cancels: "never", jobMs } as const;
const lost = { ...accepted, reply: "lost" } as const;

/** Every way that call-backs can meet. */
export const courses: readonly [Course, ...Course[]] = [
  { ...accepted, name: "completed", comesTo: completed },
  { ...accepted, name: "failed and refunded", end: "failed", comesTo: failed },
  { ...accepted, name: "canceled while it runs", cancels: "early", comesTo: canceled },
  { ...accepted, name: "canceled too late", cancels: "late", comesTo: completed },
  { ...lost, name: "reply lost, brought home", comesTo: completed },
  { ...lost, name: "reply lost, then failed", end: "failed", comesTo: failed },
  { ...lost, name: "reply lost, canceled", cancels: "early", comesTo: canceled },
  {
    ...lost,
    name: "reply lost, never told in time",
    isOrphan: true,
    jobMs: 3_600_000,
    comesTo: { status: "failed", isStopped: true },
  },
];

/** What the vendor tells, each under an id of its own. */
const events = ["started", "completed"] as const;

/** The events that are told at each moment, in this order. */
export type DeliveryPlan = Readonly<Record<Moment, readonly string[]>>;

/** Each event once, when it happens. */
export function oneDelivery({ isOrphan = false }: Course): DeliveryPlan {
  const none = { "in flight": [], canceling: [], running: [], ready: [], ended: [] };
  return isOrphan ? { ...none, ended: [...events] } : { ...none, running: ["started"], ready: ["completed"] };
}

/** Moments at which a call-back brings home what was lost; what is to be canceled, before it has finished. */
function inTime({ cancels, reply }: Course): readonly [Moment, ...Moment[]] {
  const early = ["in flight", "running"] as const;
  return reply === "lost" && cancels === "early" ? early : [...early, "ready"];
}

/** Each event 1 to 20 times, at any moments, in any order. */
export function manyDeliveries(course: Course, random: SeededRandom): DeliveryPlan {
  const { isOrphan = false } = course;
  const plan: Record<Moment, string[]> = { "in flight": [], canceling: [], running: [], ready: [], ended: [] };
  for (const event of events) {
    const copies = random.between(1, 20);
    for (let copy = 0; copy < copies; copy += 1) {
      // What nobody tells in time is lost by the host's own rule, however often it is told afterwards.
      const at: Moment = isOrphan ? "ended" : random.pick(copy === 0 ? inTime(course) : moments);
      const { length } = plan[at];
      plan[at].splice(random.between(0, length), 0, event);
    }
  }
  return plan;
}
