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

test("a filter without words and dates shows everything", () => {
  assert.ok(isOpenFilter(open) && isOpenFilter({ ...open, words: "  " }));
  assert.ok(matchesFilter(fox, open));
});

test("every word must be in the prompt, in any order and case", () => {
  assert.ok(matchesFilter(fox, { ...open, words: "forest  FOX" }));
  assert.ok(matchesFilter(fox, { ...open, words: " snow " }));
  assert.ok(!matchesFilter(fox, { ...open, words: "fox lake" }));
});

test("the first and the last day are part of the range, in the zone of the device", () => {
  assert.equal(localDayOf(fox.createdAt), "2026-03-03");
  assert.ok(matchesFilter(fox, { ...open, from: "2026-03-03", to: "2026-03-03" }));
  assert.ok(!matchesFilter(fox, { ...open, from: "2026-03-04" }));
  assert.ok(!matchesFilter(fox, { ...open, to: "2026-03-02" }));
});

test("older generations are not loaded once the oldest is before the first day", () => {
  assert.ok(mayMatchOlder([], { ...open, from: "2026-03-04" }));
  assert.ok(mayMatchOlder([fox], open));
  assert.ok(mayMatchOlder([fox], { ...open, from: "2026-03-03" }));
  assert.ok(!mayMatchOlder([fox], { ...open, from: "2026-03-04" }));
});
