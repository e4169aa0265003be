import type { GenerationRecord } from "../../src/lib/generation/generation-record.js";
import type { VendorBehavior } from "../vendors/fake-vendor.js";
import { paidFor } from "./audit-world.js";
import { type CellEnd, must } from "./cell.js";
import type { MatrixWorld } from "./matrix-world.js";

/** Submits one generation, with the planned behavior of the vendor, and runs it to its end. */
export async function playOne(
  world: MatrixWorld,
  behaviors: readonly [VendorBehavior, ...VendorBehavior[]],
  images: 1 | 2 = 1,
): Promise<GenerationRecord> {
  world.vendor.plan(...behaviors);
  return world.runToEnd(await world.submit(images));
}

/** Runs a generation whose vendor response does not reach the adapter, as if it were lost. */
export async function playWithoutResponse(
  world: MatrixWorld,
  lostResponse: string,
  [behavior, images = 1]: readonly [behavior: VendorBehavior, images?: 1 | 2],
): Promise<CellEnd> {
  const generation = await playOne(world, [behavior], images);
  must(world.attempts.length === 1, "The request was sent again without a response of the vendor");
  return { ...holds(world, generation, "outcome_unknown", paidFor(world, generation.id)), lostResponse };
}

/** `completed`, `canceled`, or the failure code of a generation. */
export function endOf({ failureCode, state }: GenerationRecord): string {
  return state === "failed" ? String(failureCode) : state;
}

/**
 * Result of a cell whose generation ended as required.
 *
 * @param ends allowed final states.
 */
export function holds(
  world: MatrixWorld,
  generation: GenerationRecord,
  ends: string | readonly string[],
  paid: number,
): Extract<CellEnd, { readonly type: "holds" }> {
  const end = endOf(generation);
  const allowed = typeof ends === "string" ? [ends] : ends;
  must(allowed.includes(end), `The generation ended as ${end}, not as ${allowed.join(" or ")}`);
  const accepted = paidFor(world, generation.id);
  must(accepted === paid, `The vendor was paid ${accepted} times, not ${paid}`);
  const { outputs, requestedOutputs } = generation;
  const part =
    end === "completed" && outputs.length < requestedOutputs ? ` ${outputs.length} of ${requestedOutputs}` : "";
  return { type: "holds", end: `${end}${part} · ${accepted}` };
}
