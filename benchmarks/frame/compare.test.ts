import { expect, onTestFinished, test, vi } from "vitest";
import { type Absent, compare } from "./compare.ts";

type Measured = { readonly perSecond: number; readonly p50: number };

/** Returns the outcomes in turn, and records each turn. */
function contender(name: string, outcomes: readonly (Measured | Absent)[], turns: string[]) {
  let round = 0;
  return {
    name,
    async measure(): Promise<Measured | Absent> {
      turns.push(name);
      const outcome = outcomes[round++];
      if (outcome === undefined) throw new Error(`${name} has no further outcome.`);
      return outcome;
    },
  };
}

function compareQuietly(contenders: Parameters<typeof compare<Measured>>[0]) {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  return compare(contenders, { rounds: 3 });
}

const rounds = [
  { perSecond: 30, p50: 7 },
  { perSecond: 10, p50: 9 },
  { perSecond: 20, p50: 8 },
];

test("measures all in turn, and returns the median of each figure", async () => {
  const turns: string[] = [];
  const results = await compareQuietly([contender("ours", rounds, turns), contender("theirs", rounds, turns)]);
  expect(turns).toEqual(["ours", "theirs", "ours", "theirs", "ours", "theirs"]);
  expect(results).toEqual([
    { name: "ours", outcome: { perSecond: 20, p50: 8 } },
    { name: "theirs", outcome: { perSecond: 20, p50: 8 } },
  ]);
});

test("returns the reason of an absent contender, and measures it once", async () => {
  const turns: string[] = [];
  const absent = { absent: "it is not installed" };
  const results = await compareQuietly([contender("theirs", [absent], turns), contender("ours", rounds, turns)]);
  expect(turns.filter((name) => name === "theirs")).toHaveLength(1);
  expect(results.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["theirs", absent],
    ["ours", { perSecond: 20, p50: 8 }],
  ]);
});
