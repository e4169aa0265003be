import { describe, expect, it } from "vitest";
import { proveShort } from "../prove-short.js";
import { pages } from "./pages.js";
import { playScenario } from "./play-scenario.js";
import type { Scenario } from "./scenario.js";

proveShort(pages);

/** Reduced scenarios that broke a promise once. */
const found: Readonly<Record<string, Scenario>> = {
  "a slow page shows no balance of the owner before": {
    seed: 1_052_176_913,
    acts: [
      { type: "change", generation: 2 },
      { type: "pass", milliseconds: 5744 },
      { type: "change", generation: 2 },
      { type: "change", generation: 1 },
      { type: "change", generation: 0 },
      { type: "open" },
      { type: "hang", page: 2 },
      { type: "sleep", page: 4 },
      { type: "pass", milliseconds: 205 },
      { type: "hide", page: 3 },
      { type: "restore", isNamed: true, isCut: false, messages: "arrive" },
      { type: "pass", milliseconds: 6757 },
      { type: "sign_in", owner: 1, page: 4 },
      { type: "open" },
      { type: "kill", page: 2 },
      { type: "hide", page: 0 },
      { type: "pass", milliseconds: 13316 },
      { type: "change", generation: 4 },
      { type: "pass", milliseconds: 2535 },
      { type: "change", generation: 2 },
      { type: "hang", page: 0 },
      { type: "change", generation: 4 },
      { type: "pass", milliseconds: 4124 },
      { type: "change", generation: 3 },
    ],
  },
};

describe("F22", () => {
  it.each(Object.entries(found))("%s", async (_, scenario) => {
    await import("../../packages/client/src/live.js");
    expect((await playScenario(scenario)).violations).toEqual([]);
  });
});
