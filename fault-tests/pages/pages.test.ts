import { beforeAll, describe, expect, it } from "vitest";
import { proveShort } from "../prove-short.js";
import { pages } from "./pages.js";
import { playScenario } from "./play-scenario.js";
import type { Act } from "./scenario.js";

proveShort(pages);

/** Scenarios that broke a promise once. */
describe("F22", () => {
  beforeAll(() => import("../../packages/client/src/live.js"));
  const pass = (milliseconds: number): Act => ({ type: "pass", milliseconds });
  const change: Act = { type: "change", generation: 1 };
  const hang = (page: number): Act => ({ type: "hang", page });

  it.each<readonly [string, readonly Act[]]>([
    [
      "keeps the view of a follower when a frozen leader resumes and posts an old snapshot",
      [{ type: "open" }, hang(1), { type: "transfer" }, pass(100), change, pass(15_000), hang(1), pass(1_000)],
    ],
  ])("%s", async (_, acts) => {
    expect((await playScenario({ acts, seed: 1 })).violations).toEqual([]);
  });
});
