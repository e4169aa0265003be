import { afterAll, afterEach } from "vitest";
import { runStoreContract } from "../../packages/server/testing/store-contract.js";
import { openGround } from "../ground/open-ground.js";
import { type GroundSource, libsqlFiles, type ProvingGround } from "../ground/proving-ground.js";

declare module "vitest" {
  interface TaskMeta {
    /** Lost requests and responses. */
    losses?: number;
  }
}

/** Set by the proof, which runs this file as a test. */
const { SAFELIGHT_GROUND: given, SAFELIGHT_SEED: seedText = String(Date.now() % 1_000_000) } = process.env;
// Only the proof sets it.
const source: GroundSource = given === undefined ? libsqlFiles : (JSON.parse(given) as GroundSource);
let lossSeed = Number(seedText);
let losses = 0;
/** One database for all tests, cleared after each. The first test also migrates it over the network. */
let ground: ProvingGround | null = null;

runStoreContract(`a store that loses requests and responses (seed ${lossSeed})`, async (now) => {
  lossSeed += 1;
  ground ??= await openGround(source);
  const { clear, open } = ground;
  const store = await ground.openRemote({
    now,
    lossSeed,
    onLoss: () => {
      losses += 1;
    },
  });
  const direct = open({ now });
  return {
    ...store,
    // A repeat counts twice, by its contract.
    addTimings: (timings) => direct.addTimings(timings),
    async close() {
      await store.close();
      await direct.close();
      await clear();
    },
  };
});

afterEach(({ task }) => {
  task.meta.losses = losses;
  losses = 0;
});

afterAll(async () => {
  await ground?.drop();
});
