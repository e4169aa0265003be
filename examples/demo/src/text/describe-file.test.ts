import assert from "node:assert/strict";
import { test } from "node:test";
import { describeFile } from "./describe-file.ts";

test("a clip has a duration, pixels and a size, and a recording no pixels", () => {
  const clip = { durationMs: 91_240, width: 320, height: 180, byteLength: 209_715_200 };
  assert.equal(describeFile(clip), "1:31, 320 × 180 px, 210 MB");
  assert.equal(describeFile({ durationMs: 4_000, width: null, height: null, byteLength: 176_444 }), "0:04, 176 kB");
});

test("a file that does not state its duration has none, and no file is empty", () => {
  assert.equal(describeFile({ durationMs: null, width: null, height: null, byteLength: 12 }), "1 kB");
});
