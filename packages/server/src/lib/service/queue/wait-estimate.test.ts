import { expect, it } from "vitest";
import type { GateLimit } from "../../ports/store/gate-limit.js";
import { waitEstimateMs } from "./wait-estimate.js";

const limit = (change: Partial<GateLimit>): GateLimit => ({ key: "fal", concurrency: null, rate: null, ...change });
const two = limit({ concurrency: 2 });
const spaced = limit({ rate: { intervalMs: 20_000, burst: 1 } });

it.each([
  ["the first one", { ahead: 0, limit: two, runMs: 10_000 }, 10_000],
  ["three ahead at two places", { ahead: 3, limit: two, runMs: 10_000 }, 25_000],
  ["three ahead that start every 20 seconds", { ahead: 3, limit: spaced, runMs: 10_000 }, 70_000],
  ["the slower of both limits", { ahead: 3, limit: limit({ ...two, rate: spaced.rate }), runMs: 10_000 }, 70_000],
  ["the first one without a gate", { ahead: 0, limit: null, runMs: 10_000 }, 10_000],
  ["another one without a gate", { ahead: 1, limit: null, runMs: 10_000 }, null],
  ["too many ahead", { ahead: "100+", limit: two, runMs: 10_000 }, null],
  ["too few earlier runs", { ahead: 0, limit: two, runMs: null }, null],
] as const)("estimates the end of %s", (_, options, expected) => {
  expect(waitEstimateMs(options)).toBe(expected);
});
