import assert from "node:assert/strict";
import { test } from "node:test";
import { describePlace } from "./queue-place.ts";

test("describes the place of a generation by the number of those ahead", () => {
  assert.deepEqual(
    [0, 1, 2, 10, 22, "100+" as const].map((ahead) => describePlace(ahead)),
    [
      "1st in the queue",
      "2nd in the queue",
      "3rd in the queue",
      "11th in the queue",
      "23rd in the queue",
      "100+ ahead in the queue",
    ],
  );
});
