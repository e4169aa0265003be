import { originalCount } from "./originals.ts";

/** Owners and their generations in a database of a given size. */
export interface FillPlan {
  /** Number of copied generations; the rest are the originals. */
  readonly copies: number;
  /** Every nth generation belongs to the heavy owner. */
  readonly heavyEvery: number;
  readonly heavyGenerations: number;
  /** Owners who share the rest equally. */
  readonly ordinaryOwners: number;
  readonly ordinaryGenerations: number;
  /** Active generations of the newest ordinary owners: at most one per owner. */
  readonly ordinaryActive: number;
  /** Owners without generations who submit; their rows are not read. */
  readonly submitters: number;
}

export const heavyOwner = "heavy";
/** Active, and ended unseen generations: the same in each size, so that responses have the same length. */
export const heavyActive = 10;
export const heavyUnseen = 40;
const ordinaryEach = 20;
/** The newest generations of each owner are unseen once they have ended. */
export const ordinaryUnseen = 3;
const maxHeavy = 100_000;
const maxActive = 5_000;
const submitters = 500;

/** The heavy owner has a fifth, at most 100,000; all other owners have 20 each. */
export function planFill(generations: number): FillPlan {
  const copies = generations - originalCount;
  const heavyEvery = Math.max(5, Math.ceil(copies / maxHeavy));
  const heavyGenerations = Math.ceil(copies / heavyEvery);
  const ordinaryGenerations = copies - heavyGenerations;
  const ordinaryOwners = Math.max(1, Math.floor(ordinaryGenerations / ordinaryEach));
  const ordinaryActive = Math.min(maxActive, Math.ceil(ordinaryOwners / 2));
  return { copies, heavyEvery, heavyGenerations, ordinaryOwners, ordinaryGenerations, ordinaryActive, submitters };
}

/** The id of an ordinary owner. */
function ordinaryOwner(number: number): string {
  return `owner-${String(number).padStart(7, "0")}`;
}

/** Ids of the submitters, spread among those of the ordinary owners, and so in each index. */
export function submitterNames({ ordinaryOwners, submitters }: FillPlan): readonly string[] {
  return Array.from({ length: submitters }, (_, index) => {
    const neighbour = ordinaryOwner(Math.floor((index * ordinaryOwners) / submitters));
    return `${neighbour}-submits-${String(index).padStart(3, "0")}`;
  });
}

/** Ordinary owners with an active generation: the last ones. */
export function activeOwners({ ordinaryActive, ordinaryGenerations, ordinaryOwners }: FillPlan): readonly string[] {
  return Array.from({ length: ordinaryActive }, (_, index) =>
    ordinaryOwner((ordinaryGenerations - 1 - index) % ordinaryOwners),
  );
}
