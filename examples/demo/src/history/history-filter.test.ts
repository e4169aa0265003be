import assert from "node:assert/strict";
import { test } from "node:test";
import type { Generation } from "@safelight/client/contract";
import { isOpenFilter, localDayOf, matchesFilter, mayMatchOlder } from "./history-filter.ts";

const open = { words: "", from: "", to: "" };

/** Only the fields that the filter reads. */
function generation(prompt: string, createdAt: Date): Generation {
  return { input: { prompt }, createdAt: createdAt.toISOString() } as unknown as Generation;
}

const fox = generation("A red Fox in a snowy forest", new Date(2026, 2, 3, 23, 30));

test("a filter without words and dates matches every generation", () => {
  assert.ok(isOpenFilter(open) && isOpenFilter({ ...open, words: "  " }));
  assert.ok(matchesFilter(fox, open));
});

test("the prompt must contain every word, in any order and case", () => {
  assert.ok(matchesFilter(fox, { ...open, words: "forest  FOX" }));
  assert.ok(matchesFilter(fox, { ...open, words: " snow " }));
  assert.ok(!matchesFilter(fox, { ...open, words: "fox lake" }));
});

test("the date range includes its first and last day, in the device's time zone", () => {
  assert.equal(localDayOf(fox.createdAt), "2026-03-03");
  assert.ok(matchesFilter(fox, { ...open, from: "2026-03-03", to: "2026-03-03" }));
  assert.ok(!matchesFilter(fox, { ...open, from: "2026-03-04" }));
  assert.ok(!matchesFilter(fox, { ...open, to: "2026-03-02" }));
});

test("loads no older pages once the oldest generation is before the first day", () => {
  assert.ok(mayMatchOlder([], { ...open, from: "2026-03-04" }));
  assert.ok(mayMatchOlder([fox], open));
  assert.ok(mayMatchOlder([fox], { ...open, from: "2026-03-03" }));
  assert.ok(!mayMatchOlder([fox], { ...open, from: "2026-03-04" }));
});
