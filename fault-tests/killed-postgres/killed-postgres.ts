import { setTimeout as pause } from "node:timers/promises";
import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { openGround } from "../ground/open-ground.js";
import { startPostgresServer } from "../ground/postgres-server.js";
import type { Proof, ProofResult, ProofRun } from "../proof.js";
import { Load } from "./load.js";

const sizes = { short: 2, long: 20 };
const stores = 3;
const longerThanAnyCallMs = 6_000;

/** All processes of the server are killed while owners submit and workers settle; it restarts from its log. */
export const killedPostgres: Proof = {
  id: "F25",
  title: "all processes of Postgres are killed under load, and restart (kills)",
  proves: ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I12"],
  excluded: { libsql: "a file has no server" },
  run: playKills,
};

async function playKills({ scale, seed, onProgress }: ProofRun): Promise<ProofResult> {
  const random = new SeededRandom(seed);
  // A server of its own: the databases of other proofs must survive.
  const server = await startPostgresServer();
  try {
    const ground = await openGround({ kind: "postgres", server: server.url });
    const opened = Array.from({ length: stores }, () => ground.open());
    const [store] = opened;
    if (store === undefined) throw new Error("No store was opened.");
    await store.migrate();
    const load = new Load(opened);
    for (let kill = 0; kill < sizes[scale]; kill += 1) {
      const working = load.run();
      await pause(random.between(300, 1_500));
      await server.kill();
      // Calls wait for a short restart. In a long one they fail, and their outcome is unknown.
      await pause(kill % 2 === 0 ? random.between(0, 1_000) : longerThanAnyCallMs);
      await server.restart();
      await pause(200);
      load.stop();
      await working;
      await load.sendAgain();
      await load.check(store);
      onProgress?.(kill + 1, sizes[scale]);
    }
    await Promise.all(opened.map((each) => each.close()));
    await ground.drop();
    return {
      runs: sizes[scale],
      faults: sizes[scale],
      violations: load.violations,
      figures: {
        "acknowledged submits": load.accepted.size.toLocaleString("en-US"),
        "acknowledged ends": load.ended.size.toLocaleString("en-US"),
        "submits of unknown outcome": load.unknownCount.toLocaleString("en-US"),
      },
    };
  } finally {
    await server.stop();
  }
}
