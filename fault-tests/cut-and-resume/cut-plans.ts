import type { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";

/** Positions of a cut within a response. */
export const cutPositions = [
  "in the head",
  "after the head",
  "after the first frame",
  "anywhere",
  "in a character",
  "between events",
] as const;
export type CutPosition = (typeof cutPositions)[number];

/** Whether the byte is random; the other positions are boundaries. */
export function isAtRandom(position: CutPosition): boolean {
  return position === "in the head" || position === "anywhere" || position === "in a character";
}

/**
 * Kind of cut: a reset, a close, a regular end of a response that is incomplete, or a silence: no more bytes, on a
 * connection that stays open.
 */
export type CutManner = "reset" | "close" | "end" | "silence";

/** Plan for the cut of one response. */
export interface CutPlan {
  readonly position: CutPosition;
  readonly manner: CutManner;
  /** Duration without a cut, in milliseconds. */
  readonly notBeforeMs: number;
  /** From 0 to below 1: selects the byte among those that fit. */
  readonly point: number;
}

/** By then a stream has sent the missed changes and is live. */
const liveAfterMs = 250;

/** Plans the cut of a stream: mostly once it is live, sometimes at its beginning. */
export function planStreamCut(random: SeededRandom): CutPlan {
  const isEarly = random.chance(0.2);
  const early = [
    "in the head",
    "after the head",
    "after the first frame",
    "after the first frame",
    "in a character",
  ] as const;
  const later = ["anywhere", "anywhere", "in a character", "between events"] as const;
  return {
    position: random.pick(isEarly ? early : later),
    manner: random.pick(["reset", "reset", "reset", "reset", "close", "close", "close", "close", "end", "silence"]),
    notBeforeMs: isEarly ? 0 : random.between(liveAfterMs, 3 * liveAfterMs),
    point: random.next(),
  };
}

/** Plans the cut of any other response; `null` for none. */
export function planResponseCut(random: SeededRandom): CutPlan | null {
  const plan: CutPlan = {
    position: random.pick(["in the head", "after the head", "anywhere", "in a character", "between events"]),
    manner: random.pick(["reset", "close"]),
    notBeforeMs: random.between(0, liveAfterMs),
    point: random.next(),
  };
  return random.chance(0.4) ? plan : null;
}

/**
 * Returns the number of bytes of a chunk that pass before the cut.
 *
 * @param options.isFirst whether the response begins with this chunk.
 * @returns `null` when the chunk has no such position.
 */
export function findCut(
  { position, point }: Pick<CutPlan, "position" | "point">,
  { chunk, isFirst }: { readonly chunk: Buffer; readonly isFirst: boolean },
): number | null {
  const headEnd = isFirst ? chunk.indexOf("\r\n\r\n") + 4 : 0;
  switch (position) {
    case "in the head":
      // From zero bytes up to the last byte but one.
      return isFirst ? Math.floor(point * Math.max(1, headEnd - 1)) : 0;
    case "after the head":
      return headEnd;
    case "after the first frame":
      // The missed changes come next and are cut off.
      return headEnd + chunk.subarray(headEnd).indexOf("\n\n") + 4;
    case "anywhere":
      return headEnd + Math.floor(point * (chunk.length - headEnd));
    case "in a character": {
      const leads = [...chunk.keys()].filter((index) => (chunk[index] ?? 0) >= 0xc0);
      const lead = leads[Math.floor(point * leads.length)];
      return lead === undefined ? null : lead + 1;
    }
    case "between events":
      // A timer cuts while no byte passes.
      return null;
  }
}
