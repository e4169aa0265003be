import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { acts, weightedNames } from "../acts/acts.js";
import { World } from "../acts/world.js";
import { openStore } from "../ground/open-store.js";

/** Options from the parent, as JSON in the first argument. */
export interface StormProcessOptions {
  readonly databaseUrl: string;
  /** Number of the process. */
  readonly node: number;
  readonly seed: number;
  /** Concurrent calls of this process. */
  readonly clients: number;
}

/** A request to call the store this many times. */
export interface StormRound {
  readonly calls: number;
}

/** The response: descriptions of all calls that threw, and all warnings of the store. */
export interface StormReport {
  readonly failures: readonly string[];
}

/** Short, so that leases, keys and limits expire within a round. */
const unitMs = 20;

const [, , argument = "{}"] = process.argv;
const { databaseUrl, node, seed, clients }: StormProcessOptions = JSON.parse(argument);
let failures: string[] = [];
const store = openStore(databaseUrl, { onWarning: (message) => failures.push(message) });
const world = new World(store, { node, unitMs });
const randoms = Array.from({ length: clients }, (_, client) => new SeededRandom(seed + client));
// There is at least one act.
const names = weightedNames as [(typeof weightedNames)[number], ...typeof weightedNames];

async function play({ calls }: StormRound): Promise<void> {
  let left = calls;
  const call = async (random: SeededRandom): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const name = random.pick(names);
      try {
        await acts[name]({ store, world, random });
      } catch (error) {
        failures.push(`${name} threw ${String(error)}`);
      }
    }
  };
  await Promise.all(randoms.map(call));
  const report: StormReport = { failures };
  failures = [];
  process.send?.(report);
}

process.on("message", play);
// The parent has exited.
process.on("disconnect", () => process.exit());
process.send?.("ready");
