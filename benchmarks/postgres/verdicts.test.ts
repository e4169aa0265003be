import { expect, test } from "vitest";
import type { Result } from "../frame/compare.ts";
import { claimName } from "./claims.ts";
import { pgBossSingle, safelight } from "./contenders.ts";
import type { Cost } from "./cost.ts";
import { lifeName } from "./lives.ts";
import { submitRows } from "./submits.ts";
import { changeName } from "./two-nodes.ts";
import { verdictsOf } from "./verdicts.ts";

const cost = (figures: Partial<Cost>): Cost => ({ rate: 1, p50: 1, p99: 1, serverUs: 1, nodeUs: 1, ...figures });
const met = (results: readonly Result<Cost>[]) => verdictsOf(results).map(({ isMet }) => isMet);

const results: readonly Result<Cost>[] = [
  { name: submitRows.safelight, outcome: cost({ rate: 100 }) },
  { name: submitRows.storeAlone, outcome: cost({ rate: 100 }) },
  { name: submitRows.pgBoss, outcome: cost({ rate: 100 }) },
  { name: claimName(16), outcome: cost({ rate: 5_000 }) },
  { name: lifeName(safelight, 4), outcome: cost({ serverUs: 400, nodeUs: 400 }) },
  { name: lifeName(pgBossSingle, 4), outcome: cost({ serverUs: 100, nodeUs: 100 }) },
  { name: changeName("postgres"), outcome: cost({ p50: 10 }) },
  { name: changeName("redis"), outcome: cost({ p50: 10 }) },
];

function withCost(name: string, figures: Partial<Cost>): readonly Result<Cost>[] {
  return results.map((result) => (result.name === name ? { name, outcome: cost(figures) } : result));
}

test("meets every target at its limit", () => {
  expect(met(results)).toEqual([true, true, true, true, true, true, true]);
});

test.each([
  [submitRows.safelight, { rate: 99 }, 0],
  [submitRows.storeAlone, { rate: 99 }, 1],
  [claimName(16), { rate: 4_999 }, 2],
  [lifeName(safelight, 4), { serverUs: 401, nodeUs: 399 }, 3],
  [lifeName(safelight, 4), { serverUs: 400, nodeUs: 401 }, 4],
  [changeName("postgres"), { p50: 11 }, 5],
  [changeName("redis"), { p50: 11 }, 6],
] as const)("misses the target of %s with %o", (name, figures, missed) => {
  expect(met(withCost(name, figures))).toEqual(Array.from({ length: 7 }, (_, index) => index !== missed));
});

test("leaves a verdict open without its row", () => {
  const absent = { absent: "not installed" };
  expect(met(results.map(({ name }) => ({ name, outcome: absent })))).toEqual(Array(7).fill(null));
});
