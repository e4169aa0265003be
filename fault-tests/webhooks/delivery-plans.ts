import type { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import type { VendorPlan } from "./webhook-vendor.js";

/**
 * Moments of a webhook: while the paid request is in flight, once its response is recorded or lost, between the owner's cancel
 * and the worker's next step, when the job is done, and after the generation has ended.
 */
export const moments = ["in flight", "running", "canceling", "ready", "ended"] as const;
export type Moment = (typeof moments)[number];

/** One generation: the behavior of its vendor, and the cancel of its owner. */
export interface Scenario {
  readonly name: string;
  readonly response: Extract<VendorPlan["response"], "accepted" | "lost">;
  readonly end: VendorPlan["end"];
  readonly cancels: "never" | "early" | "late";
  readonly jobMs: number;
  /** The vendor sends no webhook before the end. @default false */
  readonly isOrphan?: boolean;
  /** Expected status, and whether the job is stopped at the vendor. */
  readonly expected: { readonly status: "completed" | "failed" | "canceled"; readonly isStopped: boolean };
}

/** Duration of most jobs: the maximum wait between two moments. */
export const jobMs = 10_000;

const completed = { status: "completed", isStopped: false } as const;
const failed = { status: "failed", isStopped: false } as const;
const canceled = { status: "canceled", isStopped: true } as const;
const accepted = { response: "accepted", end: "done", cancels: "never", jobMs } as const;
const lost = { ...accepted, response: "lost" } as const;

/** All combinations of webhooks, responses and cancels. */
export const scenarios: readonly [Scenario, ...Scenario[]] = [
  { ...accepted, name: "completed", expected: completed },
  { ...accepted, name: "failed and refunded", end: "failed", expected: failed },
  { ...accepted, name: "canceled while it runs", cancels: "early", expected: canceled },
  { ...accepted, name: "canceled too late", cancels: "late", expected: completed },
  { ...lost, name: "response lost, then completed", expected: completed },
  { ...lost, name: "response lost, then failed", end: "failed", expected: failed },
  { ...lost, name: "response lost, canceled", cancels: "early", expected: canceled },
  {
    ...lost,
    name: "response lost, webhook too late",
    isOrphan: true,
    jobMs: 3_600_000,
    expected: { status: "failed", isStopped: true },
  },
];

/** Events of a job, each with its own webhook id. */
const events = ["started", "completed"] as const;

/** The events delivered at each moment, in order. */
export type DeliveryPlan = Readonly<Record<Moment, readonly string[]>>;

/** Each event once, when it happens. */
export function oneDelivery({ isOrphan = false }: Scenario): DeliveryPlan {
  const none = { "in flight": [], canceling: [], running: [], ready: [], ended: [] };
  return isOrphan ? { ...none, ended: [...events] } : { ...none, running: ["started"], ready: ["completed"] };
}

/** Moments at which a webhook recovers a lost response; before the job is done, if the owner cancels. */
function inTime({ cancels, response }: Scenario): readonly [Moment, ...Moment[]] {
  const early = ["in flight", "running"] as const;
  return response === "lost" && cancels === "early" ? early : [...early, "ready"];
}

/** Each event 1 to 20 times, at random moments, in random order. */
export function manyDeliveries(scenario: Scenario, random: SeededRandom): DeliveryPlan {
  const { isOrphan = false } = scenario;
  const plan: Record<Moment, string[]> = { "in flight": [], canceling: [], running: [], ready: [], ended: [] };
  for (const event of events) {
    const copies = random.between(1, 20);
    for (let copy = 0; copy < copies; copy += 1) {
      // Without a webhook in time the host gives up the job; later deliveries have no effect.
      const at: Moment = isOrphan ? "ended" : random.pick(copy === 0 ? inTime(scenario) : moments);
      const { length } = plan[at];
      plan[at].splice(random.between(0, length), 0, event);
    }
  }
  return plan;
}
