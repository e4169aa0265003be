import type { SeededRandom } from "../../src/lib/testing/simulation/seeded-random.js";

/** Where an answer is cut. */
export const cutPlaces = [
  "in the head",
  "after the head",
  "after the hello",
  "anywhere",
  "in a character",
  "between events",
] as const;
export type CutPlace = (typeof cutPlaces)[number];

/** Whether the byte is left to chance; the other places are where two things meet. */
export function isAtRandom(place: CutPlace): boolean {
  return place === "in the head" || place === "anywhere" || place === "in a character";
}

/**
 * How it is cut: by a reset, by closing the connection, by an end as if the answer were whole, or by letting nothing
 * through any more, of which nobody is told.
 */
export type CutManner = "reset" | "close" | "end" | "silence";

/** How one answer will be cut. */
export interface CutPlan {
  readonly place: CutPlace;
  readonly manner: CutManner;
  /** So long it passes unharmed, in milliseconds. */
  readonly notBeforeMs: number;
  /** From 0 to below 1: which byte of those that fit. */
  readonly point: number;
}

/** By then a stream has told what was missed, and goes on with what happens. */
const liveAfterMs = 250;

/** How a stream will be cut: mostly once it has told something, now and then at its very beginning. */
export function planStreamCut(random: SeededRandom): CutPlan {
  const isEarly = random.chance(0.2);
  const early = ["in the head", "after the head", "after the hello", "after the hello", "in a character"] as const;
  const later = ["anywhere", "anywhere", "in a character", "between events"] as const;
  return {
    place: random.pick(isEarly ? early : later),
    manner: random.pick(["reset", "reset", "reset", "reset", "close", "close", "close", "close", "end", "silence"]),
    notBeforeMs: isEarly ? 0 : random.between(liveAfterMs, 3 * liveAfterMs),
    point: random.next(),
  };
}

/** How an answer to a question will be cut; `null` for one that passes. */
export function planAnswerCut(random: SeededRandom): CutPlan | null {
  const plan: CutPlan = {
    place: random.pick(["in the head", "after the head", "anywhere", "in a character", "between events"]),
    manner: random.pick(["reset", "close"]),
    notBeforeMs: random.between(0, liveAfterMs),
    point: random.next(),
  };
  return random.chance(0.4) ? plan : null;
}

/**
 * After how many bytes of a piece it is cut.
 *
 * @param isFirst whether the answer begins with this piece.
 * @returns `null` when this piece has no such place.
 */
export function findCut(
  { place, point }: Pick<CutPlan, "place" | "point">,
  piece: Buffer,
  isFirst: boolean,
): number | null {
  const headEnd = isFirst ? piece.indexOf("\r\n\r\n") + 4 : 0;
  switch (place) {
    case "in the head":
      // From nothing at all up to the last byte but one.
      return isFirst ? Math.floor(point * Math.max(1, headEnd - 1)) : 0;
    case "after the head":
      return headEnd;
    case "after the hello":
      // What was missed comes next, and is not told yet.
      return headEnd + piece.subarray(headEnd).indexOf("\n\n") + 4;
    case "anywhere":
      return headEnd + Math.floor(point * (piece.length - headEnd));
    case "in a character": {
      const leads = [...piece.keys()].filter((index) => (piece[index] ?? 0) >= 0xc0);
      const lead = leads[Math.floor(point * leads.length)];
      return lead === undefined ? null : lead + 1;
    }
    case "between events":
      // The time comes when nothing passes.
      return null;
  }
}
