import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { isLongRun } from "../../packages/server/test/long-run.js";
import { openGround } from "../ground/open-ground.js";
import { libsqlFiles } from "../ground/proving-ground.js";
import { compareStores, randomSteps } from "./compare-stores.js";
import { type OpenAt, playActs } from "./play-acts.js";
import { sabotages } from "./sabotage.js";

const histories = fc.sample(randomSteps, { seed: 11, numRuns: 50 });
/** Each is played once on an intact store. */
const expected: Promise<readonly string[]>[] = [];

function openWith(sabotage: (store: Store) => Partial<Store>): OpenAt {
  return async (now) => {
    const ground = await openGround(libsqlFiles);
    const store = ground.open({ now, isDurable: false });
    return {
      ...store,
      ...sabotage(store),
      async close() {
        await store.close();
        await ground.drop();
      },
    };
  };
}

async function isFound(sabotage: (store: Store) => Partial<Store>): Promise<boolean> {
  for (const [index, history] of histories.entries()) {
    expected[index] ??= playActs(
      history,
      openWith(() => ({})),
    );
    const intact = await expected[index];
    // An exception is a difference, too.
    const lines = await playActs(history, openWith(sabotage), intact).catch(() => []);
    if (!isDeepStrictEqual(lines, intact)) return true;
  }
  return false;
}

describe("a comparison of two stores", () => {
  // The short form tests every twelfth sabotage.
  it.each(Object.entries(sabotages).filter((_, index) => isLongRun || index % 12 === 0))(
    "finds a store whose %s",
    async (_, sabotage) => {
      expect(await isFound(sabotage)).toBe(true);
    },
  );

  it("reports the first call with another result", async () => {
    const { difference } = await compareStores(
      { reference: openWith(() => ({})), subject: openWith(() => ({ ping: () => Promise.reject(new Error("gone")) })) },
      { seed: 1, histories: 60 },
    );
    expect(difference).toMatch(/^ping failed after \d+ calls: Error: gone \(seed 1, path .*, after .*ping/);
  });
});
