import assert from "node:assert/strict";
import { test } from "node:test";
import { SafelightError } from "@safelight/client";
import { type RetryRequest, sendRetry } from "./retry-requests.ts";

let keys = 0;

/** Presses the button of a new generation. Returns the requests, and a function that presses it again. */
function scene() {
  keys += 1;
  const id = `gen_${keys}`;
  const sent: RetryRequest[] = [];
  const press = (seed: number, error: unknown = null) =>
    sendRetry({
      id,
      change: { seed, count: 4 },
      createId: () => `key-${seed}`,
      send: async (request) => {
        sent.push(request);
        if (error !== null) throw error;
      },
    });
  return { press, sent };
}

test("repeats a retry without a response with its key and its seed, until one arrives", async () => {
  const { press, sent } = scene();
  for (const seed of [1, 2]) await assert.rejects(press(seed, new TypeError("The connection was lost.")));
  await press(3);
  await press(4);
  const first = { idempotencyKey: "key-1", input: { seed: 1, count: 4 } };
  assert.deepEqual(sent, [first, first, first, { idempotencyKey: "key-4", input: { seed: 4, count: 4 } }]);
});

test("sends a new request after a refusal", async () => {
  const { press, sent } = scene();
  const refusal = new SafelightError("price_changed", "The price has changed.", { status: 409 });
  await assert.rejects(press(1, refusal));
  await press(2);
  assert.deepEqual(sent[1], { idempotencyKey: "key-2", input: { seed: 2, count: 4 } });
});
