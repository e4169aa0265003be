import { setTimeout as pause } from "node:timers/promises";
import { handleCommands } from "../frame/handle-commands.ts";
import { SimulatedBrowser } from "./simulated-browser.ts";
import type { Load, Seen } from "./watching.ts";

/** Timeout of a run. */
const maxMs = 240_000;
/** Its multiples modulo 1 are spread evenly, in no order. */
const goldenRatio = (1 + Math.sqrt(5)) / 2;

handleCommands({
  /** Returns when each browser has received its end or, without watchers, has submitted. */
  async run(load: Load): Promise<Seen> {
    const [minMs, maxJobMs] = load.jobMs;
    const at = new Map<string, number>();
    let failures = 0;
    const run = async (name: string, index: number): Promise<void> => {
      const browser = new SimulatedBrowser(name, {
        load,
        jobMs: minMs + (maxJobMs - minMs) * ((index * goldenRatio) % 1),
      });
      await pause((load.spreadMs * index) / load.browsers.length);
      const seenAt = await browser.run();
      if (seenAt !== null) at.set(name, seenAt);
      failures += browser.failures;
    };
    const tooLate = pause(maxMs).then(() => {
      throw new Error(`Only ${at.size} browsers received their end.`);
    });
    await Promise.race([Promise.all(load.browsers.map(run)), tooLate]);
    return { at, failures };
  },
});
