import { expect, test } from "vitest";
import type { Section } from "./report.ts";
import { sectionsByMark } from "./sections-by-mark.ts";

const section = (name: string): Section => ({
  benchmark: { name, title: name, method: "" },
  findings: { columns: [], rows: [], verdicts: [] },
  seconds: 1,
});
const separate = new Set(["postgres"]);
const marksOf = (names: readonly string[]) =>
  sectionsByMark({ sections: names.map(section), failures: [] }, separate).map(({ mark, sections }) => [
    mark,
    sections.map(({ benchmark }) => benchmark.name),
  ]);

test("writes a separate benchmark between its own marks only", () => {
  expect(marksOf(["postgres"])).toEqual([["postgres", ["postgres"]]]);
});

test("writes all other benchmarks between the same marks", () => {
  expect(marksOf(["bytes", "postgres", "submit"])).toEqual([
    ["figures", ["bytes", "submit"]],
    ["postgres", ["postgres"]],
  ]);
});

test("lists a failure between the marks of its benchmark", () => {
  const failures = [{ name: "postgres", reason: "did not start" }];
  expect(sectionsByMark({ sections: [section("bytes")], failures }, separate)).toMatchObject([
    { mark: "figures", failures: [] },
    { mark: "postgres", failures },
  ]);
});
