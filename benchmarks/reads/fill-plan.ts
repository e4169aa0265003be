import { originalCount } from "./originals.ts";

/** How many owners have how much, in a database of so many generations. */
export interface FillPlan {
  /** Generations that are copied; the rest are the originals. */
  readonly copies: number;
  /** Every so many-th generation is the heavy owner's. */
  readonly heavyEvery: number;
  readonly heavyGenerations: number;
  /** Those who share the rest equally. */
  readonly ordinaryOwners: number;
  readonly ordinaryGenerations: number;
  /** Of the newest of the ordinary owners, how many are in progress: at most one of an owner. */
  readonly ordinaryActive: number;
  /** Those who have nothing yet and are there to submit: nothing of theirs is read. */
  readonly submitters: number;
}

export const heavyOwner = "heavy";
/** In progress, and ended unseen: the same in every size, so that answers are equally long. */
export const heavyActive = 10;
export const heavyUnseen = 40;
const ordinaryEach = 20;
/** The newest of each: unseen, where they have ended. */
export const ordinaryUnseen = 3;
const mostHeavy = 100_000;
const mostActive = 5_000;
const submitters = 500;

/** A fifth is one owner's, but no more than a hundred thousand; all others have twenty each. */
export function planFill(generations: number): FillPlan {
  const copies = generations - originalCount;
  const heavyEvery = Math.max(5, Math.ceil(copies / mostHeavy));
  const heavyGenerations = Math.ceil(copies / heavyEvery);
  const ordinaryGenerations = copies - heavyGenerations;
  const ordinaryOwners = Math.max(1, Math.floor(ordinaryGenerations / ordinaryEach));
  const ordinaryActive = Math.min(mostActive, Math.ceil(ordinaryOwners / 2));
  return { copies, heavyEvery, heavyGenerations, ordinaryOwners, ordinaryGenerations, ordinaryActive, submitters };
}

/** The name of an ordinary owner, as the database has it. */
function ordinaryOwner(number: number): string {
  return `owner-${String(number).padStart(7, "0")}`;
}

/** Those who submit: their names, and so their rows in each index, lie among those of all ordinary owners. */
export function submitterNames({ ordinaryOwners, submitters }: FillPlan): readonly string[] {
  return Array.from({ length: submitters }, (_, index) => {
    const neighbour = ordinaryOwner(Math.floor((index * ordinaryOwners) / submitters));
    return `${neighbour}-submits-${String(index).padStart(3, "0")}`;
  });
}

/** Ordinary owners with something in progress: the last of them. */
export function activeOwners({ ordinaryActive, ordinaryGenerations, ordinaryOwners }: FillPlan): readonly string[] {
  return Array.from({ length: ordinaryActive }, (_, index) =>
    ordinaryOwner((ordinaryGenerations - 1 - index) % ordinaryOwners),
  );
}
