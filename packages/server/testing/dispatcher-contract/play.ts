import { SeededRandom } from "../simulation/seeded-random.js";
import { DispatcherWorld } from "./dispatcher-world.js";
import { type DeliveryFaults, FaultyDispatcher } from "./faulty-dispatcher.js";
import type { OpenDispatcher } from "./open-dispatcher.js";

/** Options of {@link play}. */
export interface PlayOptions {
  readonly faults: DeliveryFaults;
  /** As in `WorldOptions`. */
  readonly sleepProbability: number;
  /** An empty folder for the database. */
  readonly folder: string;
  /** Number of generations. */
  readonly generations: number;
  /** Max attempts of the provider in flight: no sweep runs, so each generation needs a wake of the gate. @default no limit */
  readonly concurrency?: number;
}

/**
 * Runs generations to their ends through an engine with faults. Returns the promises that do not hold, and the number of
 * ended generations.
 */
export async function play(
  open: OpenDispatcher,
  { sleepProbability, concurrency, faults, folder, generations }: PlayOptions,
): Promise<{
  readonly violations: readonly string[];
  readonly count: number;
  /** As in `DispatcherWorld`. */
  readonly earlyDeliveries: number;
}> {
  const random = new SeededRandom(1);
  let world: DispatcherWorld | null = null;
  const engine = await open(async (id) => world?.deliver(id));
  const dispatcher = new FaultyDispatcher(engine.dispatcher, { faults, random });
  const opened = new DispatcherWorld({
    ...{ sleepProbability, dispatcher, folder, random, sweepDispatcher: engine.dispatcher },
    limits: concurrency === undefined ? undefined : { concurrency },
  });
  world = opened;
  try {
    await opened.open();
    const ids = await opened.submit(generations);
    await (concurrency === undefined ? opened.untilEnded(ids) : opened.untilEndedWithoutSweep(ids));
    const { earlyDeliveries, endedCount } = opened;
    return { violations: await opened.violations(), count: endedCount, earlyDeliveries };
  } finally {
    dispatcher.close();
    await engine.close();
    await opened.close();
  }
}
