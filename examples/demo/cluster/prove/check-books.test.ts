import assert from "node:assert/strict";
import { test } from "node:test";
import { type GenerationRow, isPng, violationsOf } from "./check-books.ts";

const right: GenerationRow = { id: "gen_1", state: "completed", debits: 1, captures: 1, refunds: 0, outputs: 1 };

test("a completed generation with one debit, one capture and one output keeps the promise", () => {
  assert.deepEqual(violationsOf([right], ["gen_1"]), []);
});

test("every other count is a violation", () => {
  for (const wrong of [
    { state: "failed" },
    { debits: 2 },
    { captures: 0 },
    { captures: 2 },
    { refunds: 1 },
    { outputs: 0 },
    { outputs: 2 },
  ]) {
    assert.equal(violationsOf([{ ...right, ...wrong }], ["gen_1"]).length, 1, JSON.stringify(wrong));
  }
});

test("a lost generation and a second one for a submit are violations", () => {
  assert.deepEqual(violationsOf([right], ["gen_1", "gen_2"]), ["gen_2 was acknowledged and is lost"]);
  assert.deepEqual(violationsOf([right, { ...right, id: "gen_3" }], ["gen_1"]), ["gen_3 exists twice for one submit"]);
});

test("half of an image is not one", () => {
  const image = Buffer.from("\x89PNG\r\n\x1a\n…IEND\xaeB`\x82", "latin1");
  assert.equal(isPng(image), true);
  assert.equal(isPng(image.subarray(0, -3)), false);
});
