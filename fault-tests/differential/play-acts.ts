import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { type ActName, acts, readNames } from "../acts/acts.js";
import { World } from "../acts/world.js";
import { ResultText } from "./result-text.js";

/** One call of a history, and the time before it. */
export interface Step {
  readonly name: ActName;
  /** Decides the arguments. */
  readonly seed: number;
  readonly passUnits: number;
}

/** Opens a store on a new database. `now` is its clock. */
export type OpenAt = (now: () => number) => Promise<Store>;

/** All durations are multiples of it, and each step takes one more millisecond: no two steps cause one due time. */
const unitMs = 1_000;
const readsPerStep = 2;
const allReadsEvery = 25;

/**
 * Plays a history on one store. Returns one line for each result. The same steps give the same lines on every store.
 *
 * @param expected lines of another store: the history ends after the first step with another line.
 */
// biome-ignore lint/complexity/useMaxParams: a history, its store, and an optional result to compare with
export async function playActs(
  steps: readonly Step[],
  open: OpenAt,
  expected?: readonly string[],
): Promise<readonly string[]> {
  let time = 1_800_000_000_000;
  const store = await open(() => time);
  const text = new ResultText();
  const lines: string[] = [];
  let compared = 0;
  try {
    await store.migrate();
    const world = new World(store, { unitMs });
    const play = async (name: ActName, random: SeededRandom): Promise<void> => {
      const result = await acts[name]({ store, world, random }).catch((error: unknown) => {
        throw new Error(`${name} failed after ${lines.length} calls: ${String(error)}`, { cause: error });
      });
      lines.push(`${name}: ${text.of(result)}`);
    };
    for (const [index, { name, seed, passUnits }] of steps.entries()) {
      time += passUnits * unitMs + 1;
      await play(name, new SeededRandom(seed));
      const random = new SeededRandom(seed + 1);
      for (let reads = 0; reads < readsPerStep; reads += 1) await play(random.pick(reading), random);
      if (index % allReadsEvery === 0 || index === steps.length - 1) lines.push(...(await readAll(store, world, text)));
      if (expected !== undefined && lines.slice(compared).some((line, at) => line !== expected[compared + at])) break;
      compared = lines.length;
    }
    return lines;
  } finally {
    await store.close();
  }
}

// The names of reads are names of acts, and there are some.
const reading = readNames as readonly [ActName, ...ActName[]];

/** Everything that each owner can read, and the state of the ledger. */
// biome-ignore lint/complexity/useMaxParams: a store and its two records
async function readAll(store: Store, world: World, text: ResultText): Promise<readonly string[]> {
  const lines: string[] = [];
  const note = (name: string, result: unknown): void => void lines.push(`${name}: ${text.of(result)}`);
  for (const ownerId of world.owners) {
    const all = { ownerId, limit: 1_000, after: null, status: null, model: null, scope: null };
    note(`list of ${ownerId}`, await store.list(all));
    note(`changes of ${ownerId}`, await store.changedAfter({ ownerId, sequence: 0, limit: 1_000 }));
    note(`credits of ${ownerId}`, await store.listCredits({ accountId: ownerId, limit: 1_000, before: null }));
  }
  note("credits of the team", await store.listCredits({ accountId: "team", limit: 1_000, before: null }));
  for (const id of world.generations) {
    note(`end of ${id}`, await store.getEnded({ id }));
    for (const attempt of [1, 2]) note(`attempt of ${id}`, await store.findAttempt({ generationId: id, attempt }));
  }
  note("audit", await store.audit());
  return lines;
}
