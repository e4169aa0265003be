import { describe, expect, it } from "vitest";
import { timeOrderedUuids } from "./time-ordered-uuid.js";

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function uuidsAt(times: readonly number[], random: () => number = Math.random): readonly string[] {
  const left = [...times];
  const next = timeOrderedUuids({ now: () => left.shift() ?? 0, randomUuid: () => crypto.randomUUID(), random });
  return times.map(() => next());
}

describe("timeOrderedUuids", () => {
  it("has version, variant and time at the positions of RFC 9562", () => {
    const [uuid = ""] = uuidsAt([0x017f22e279b0]);
    expect(uuid).toMatch(pattern);
    // The time of the example in appendix A.6.
    expect(uuid.slice(0, 14)).toBe("017f22e2-79b0-");
  });

  it("takes its last 62 bits from the source of randomness", () => {
    const next = timeOrderedUuids({
      now: () => 1,
      randomUuid: () => "00000000-0000-4000-a123-456789abcdef",
      random: () => 0.5,
    });
    expect(next()).toBe("00000000-0001-7400-a123-456789abcdef");
  });

  it("orders ids of one millisecond, and continues in the next when the counter overflows", () => {
    const uuids = uuidsAt(
      Array.from({ length: 9_000 }, () => 1_800_000_000_000),
      () => 0.999,
    );
    expect([...uuids].sort()).toEqual(uuids);
    expect(new Set(uuids).size).toBe(9_000);
    expect(uuids.every((uuid) => pattern.test(uuid))).toBe(true);
  });

  it("keeps the order when the clock is set back", () => {
    const uuids = uuidsAt([1_800_000_000_000, 1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_001]);
    expect([...uuids].sort()).toEqual(uuids);
  });

  it("keeps its form with a clock of fractional milliseconds", () => {
    for (const uuid of uuidsAt([1_800_000_000_000.25, 1_800_000_000_000.75])) expect(uuid).toMatch(pattern);
  });

  it("starts each millisecond at a random counter", () => {
    const times = Array.from({ length: 200 }, (_, index) => 1_800_000_000_000 + index);
    expect(new Set(uuidsAt(times).map((uuid) => uuid.slice(14, 18))).size).toBeGreaterThan(100);
  });
});
