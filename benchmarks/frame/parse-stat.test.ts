import { expect, test } from "vitest";
import { parseStat } from "./parse-stat.ts";

// As `proc_pid_stat(5)` counts: the parent is field 4; utime, stime, cutime and cstime are 14 to 17.
const fieldsFrom18 = "20 0 11 0 71012 1181642752 14573";

test("finds the parent and all four times", () => {
  const stat = `4711 (node) S 4242 4711 4711 0 -1 4194304 10 20 30 40 1000 200 30 4 ${fieldsFrom18}`;
  expect(parseStat(stat)).toEqual({ parent: 4_242, ticks: 1_234 });
});

test("parses a name with spaces and brackets", () => {
  const stat = `4711 (redis (a) b) S) S 4242 4711 4711 0 -1 4194304 10 20 30 40 1000 200 30 4 ${fieldsFrom18}`;
  expect(parseStat(stat)).toEqual({ parent: 4_242, ticks: 1_234 });
});
