import { setTimeout as pause } from "node:timers/promises";
import { answering } from "../frame/answering.ts";
import { SimulatedBrowser } from "./simulated-browser.ts";
import type { Load, Seen } from "./watching.ts";

/** Before that, something has gone wrong. */
const mostMs = 240_000;
/** Its multiples, modulo 1, are spread evenly, and in no order. */
const goldenRatio = (1 + Math.sqrt(5)) / 2;

answering({
  /** Answers when each browser has seen its end, or where nobody looks, has submitted. */
  async run(load: Load): Promise<Seen> {
    const [least, most] = load.developMs;
    const at = new Map<string, number>();
    let failures = 0;
    const run = async (name: string, index: number): Promise<void> => {
      const browser = new SimulatedBrowser(name, load, least + (most - least) * ((index * goldenRatio) % 1));
      await pause((load.spreadMs * index) / load.browsers.length);
      const seenAt = await browser.run();
      if (seenAt !== null) at.set(name, seenAt);
      failures += browser.failures;
    };
    const tooLate = pause(mostMs).then(() => {
      throw new Error(`Not every browser saw its end: ${at.size} did.`);
    });
    await Promise.race([Promise.all(load.browsers.map(run)), tooLate]);
    return { at, failures };
  },
});
