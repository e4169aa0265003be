import type { GenerationRecord } from "../../generation/generation-record.js";
import type { VendorBehavior } from "../vendors/fake-vendor.js";
import { type CellEnd, must } from "./cell.js";
import type { MatrixWorld } from "./matrix-world.js";
import { paidFor } from "./take-stock.js";

/** Submits one, lets the vendor do what is planned, and waits for its end. */
export async function playOne(
  world: MatrixWorld,
  behaviors: readonly [VendorBehavior, ...VendorBehavior[]],
  pictures: 1 | 2 = 1,
): Promise<GenerationRecord> {
  world.vendor.plan(...behaviors);
  return world.runToEnd(await world.submit(pictures));
}

/** What the vendor says does not come through, for this reason: the reply is as good as lost. */
export async function playUnheard(
  world: MatrixWorld,
  unheard: string,
  [behavior, pictures = 1]: readonly [behavior: VendorBehavior, pictures?: 1 | 2],
): Promise<CellEnd> {
  const generation = await playOne(world, [behavior], pictures);
  must(world.attempts.length === 1, "It was sent again without a word of the vendor");
  return { ...holds(world, generation, "outcome_unknown", paidFor(world, generation.id)), unheard };
}

/** How a generation ended: `completed`, `canceled`, or why it has failed. */
export function endOf({ failureCode, state }: GenerationRecord): string {
  return state === "failed" ? String(failureCode) : state;
}

/**
 * What the table says of a generation that ended as it must: its end, and how often the vendor was paid.
 *
 * @param ends any of these.
 */
export function holds(
  world: MatrixWorld,
  generation: GenerationRecord,
  ends: string | readonly string[],
  paid: number,
): Extract<CellEnd, { readonly type: "holds" }> {
  const end = endOf(generation);
  const allowed = typeof ends === "string" ? [ends] : ends;
  must(allowed.includes(end), `It ended as ${end}, not as ${allowed.join(" or ")}`);
  const taken = paidFor(world, generation.id);
  must(taken === paid, `The vendor was paid ${taken} times, not ${paid}`);
  const { outputs, requestedOutputs } = generation;
  const part =
    end === "completed" && outputs.length < requestedOutputs ? ` ${outputs.length} of ${requestedOutputs}` : "";
  return { type: "holds", end: `${end}${part} · ${taken}` };
}
