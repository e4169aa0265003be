import { canFind, type MatrixCell, must, notApplicable, type Stage } from "./cell.js";
import type { MatrixWorld } from "./matrix-world.js";
import { endOf } from "./play-one.js";
import { paidFor } from "./take-stock.js";

/** Places between the intent and the record of what came of it. */
const inThePaidRequest = ["P5", "before a submit", "after a submit", "P7"];

/**
 * Kills the process at each place that an undisturbed run passes: its crash points, before and after each request to the
 * vendor, and before and after each copy. Each time another takes over when the lease has lapsed.
 *
 * @param afterDeath the vendor's call-back, where it makes one.
 */
async function killEverywhere(stage: Stage, world: MatrixWorld, afterDeath: (() => Promise<void>) | null) {
  world.vendor.plan({ type: "succeed", notYet: 1 });
  await world.runToEnd(await world.submit());
  const count = world.places.length;
  must(count > 4, `Only ${world.places.join(", ")} were passed`);
  const ends = new Map<string, number>();
  for (let index = 0; index < count; index += 1) {
    // Whatever the one before has left to do passes places, too.
    await world.runToRest();
    const id = await world.submit();
    const place = await killAt(world, index);
    const taken = paidFor(world, id);
    if (taken > 0) await afterDeath?.();
    const end = endOf(await world.runToEnd(id));
    const isCut = inThePaidRequest.includes(place) || !stage.provider.capabilities.resumable;
    const comesHome = taken > 0 && (canFind(stage.provider) || afterDeath !== null);
    const allowed = isCut && !comesHome ? ["completed", "outcome_unknown"] : ["completed"];
    must(allowed.includes(end), `Killed at ${place} (${index + 1} of ${count}), it ended as ${end}`);
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  return [...ends].map(([end, times]) => `${times} ${end}`).join(", ");
}

/** Gives where it died. */
async function killAt(world: MatrixWorld, index: number): Promise<string> {
  world.diedAt = null;
  world.placesToLive = index;
  while (world.diedAt === null && (await world.nextStep()));
  must(world.diedAt !== null, `It did not come to place ${index + 1}`);
  return world.diedAt;
}

const polled: MatrixCell = {
  title: "killed at every step",
  play: async (stage) => {
    const world = await stage.open();
    return { type: "holds", end: `${await killEverywhere(stage, world, null)} · ≤ 1` };
  },
};

const calledBack: MatrixCell = {
  title: "killed at every step, then called back",
  play: async (stage) => {
    if (stage.vendor.callBack === undefined) return notApplicable("the vendor does not call back");
    const world = await stage.open({ callsBack: true });
    const { clock, vendor } = world;
    const call = async (): Promise<void> => {
      const paid = vendor.paid.at(-1);
      if (paid === undefined || vendor.callBack === undefined) throw new Error("There is nothing to call back about.");
      vendor.finish(paid.id);
      await world.deliver(await vendor.callBack(paid, { timestamp: clock.now() }));
    };
    return { type: "holds", end: `${await killEverywhere(stage, world, call)} · ≤ 1` };
  },
};

/** The process dies, at every place where it may. */
export const cellsOfRestarts: readonly MatrixCell[] = [polled, calledBack];
