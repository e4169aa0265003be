import { describe, expect, it } from "vitest";
import { ClaimSpread } from "./claim-spread.js";

const limit = 8;
const lost = { limit, requested: limit, claimed: 0, isWhole: false };
const won = { ...lost, claimed: limit };

/** A generator of numbers from 0 to 1 that returns the same ones each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe("ClaimSpread", () => {
  it("skips no rows while each claim gets its rows", () => {
    const spread = new ClaimSpread(() => 0.999);
    for (let claim = 0; claim < 10; claim += 1) {
      expect(spread.skip(limit)).toBe(0);
      spread.record(won);
    }
  });

  it("doubles the rows after a lost one, up to a max, and reduces them by a claim after one without loss", () => {
    const spread = new ClaimSpread(() => 0.999);
    const skips = Array.from({ length: 8 }, () => {
      spread.record(lost);
      return spread.skip(limit);
    });
    expect(skips).toEqual([8, 24, 56, 120, 248, 504, 504, 504]);
    spread.record(won);
    expect(spread.skip(limit)).toBe(496);
  });

  it("skips no rows after a claim to which all due rows were offered", () => {
    const spread = new ClaimSpread(() => 0.999);
    spread.record(lost);
    spread.record({ ...lost, isWhole: true });
    expect(spread.skip(limit)).toBe(0);
  });

  it("gives sixteen workers that claim at the same time most of their rows, and the longest due ones soon", () => {
    const workers = 16;
    const random = seeded(1);
    const spreads = Array.from({ length: workers }, () => new ClaimSpread(random));
    let due = Array.from({ length: 8_000 }, (_, index) => ({ number: index, sinceRound: 0 }));
    let [claimedRows, rounds, maxRounds] = [0, 0, 0];
    for (; due.length > 1_000; rounds += 1) {
      const taken = new Set<number>();
      for (const spread of spreads) {
        const skip = spread.skip(limit);
        const rows = due.slice(skip, skip + limit);
        const own = rows.filter(({ number }) => !taken.has(number));
        for (const { number } of own) taken.add(number);
        spread.record({ limit, requested: rows.length, claimed: own.length, isWhole: false });
        claimedRows += own.length;
      }
      for (const [position, row] of due.entries()) {
        if (position < limit && !taken.has(row.number)) row.sinceRound += 1;
        maxRounds = Math.max(maxRounds, row.sinceRound);
      }
      due = due.filter(({ number }) => !taken.has(number));
    }
    expect(claimedRows / rounds / (workers * limit)).toBeGreaterThan(0.5);
    expect(maxRounds).toBeLessThan(32);
  });
});
