import { SafelightError } from "@safelight/client";
import { type Generation, isTerminal } from "@safelight/client/contract";
import { createClient } from "../../../client/src/lib/create-client.js";
import { createEnvironment } from "../../../client/src/lib/environment.js";
import type { SeededRandom } from "../../src/lib/testing/simulation/seeded-random.js";
import { pause } from "../colony/pause.js";
import type { Truth } from "./watcher.js";

/** Words of one, two, three and four bytes a character. */
const words = ["dusk", "crépuscule", "薄明かり", "сумерки", "🌒🌓🌔", "ηλιοβασίλεμα"] as const;

/** Someone who submits, cancels, looks at, retries and deletes, straight at the server, while devices watch. */
export class BusyOwner {
  readonly #client;
  readonly #random: SeededRandom;
  readonly #deleted = new Set<string>();
  #isDone = false;
  #end: Promise<void> = Promise.resolve();

  constructor(options: { readonly url: string; readonly owner: string; readonly random: SeededRandom }) {
    const { url: baseUrl, owner } = options;
    this.#client = createClient({ baseUrl, headers: { authorization: owner } }, createEnvironment());
    this.#random = options.random;
  }

  /** Begins. */
  start(): void {
    const act = async (): Promise<void> => {
      while (!this.#isDone) {
        await this.#act();
        await pause(this.#random.between(50, 500));
      }
    };
    this.#end = act();
    // Whoever asks for the end is told.
    this.#end.catch(() => undefined);
  }

  /**
   * Stops, and waits until everything has come to its end.
   *
   * @throws {Error} when it does not.
   */
  async settle(patienceMs: number): Promise<Truth> {
    this.#isDone = true;
    await this.#end;
    for (const until = performance.now() + patienceMs; ; await pause(50)) {
      const truth = await this.#truth();
      if (truth?.generations.every(isTerminal)) return truth;
      if (performance.now() > until) throw new Error("Generations did not come to their end.");
    }
  }

  async #act(): Promise<void> {
    const random = this.#random;
    const deed = random.next();
    if (deed < 0.5) return this.#submit();
    const { generations } = await this.#client.list({ limit: 50 });
    const ended = generations.filter(isTerminal);
    const one = (list: readonly Generation[]) => list[random.between(0, Math.max(0, list.length - 1))]?.id ?? null;
    if (deed < 0.6) await ifAny(one(generations), (id) => this.#client.cancel(id));
    else if (deed < 0.75) await ifAny(one(ended), (id) => this.#client.markSeen([id]));
    else if (deed < 0.85) await ifAny(one(ended), (id) => this.#client.retry(id));
    else {
      await ifAny(one(ended), async (id) => {
        await this.#client.delete(id);
        this.#deleted.add(id);
      });
    }
  }

  async #submit(): Promise<void> {
    const random = this.#random;
    const prompt = Array.from({ length: random.between(1, 40) }, () => random.pick(words)).join(" ");
    const input = { prompt, looks: random.between(0, 6), fails: random.chance(0.1) };
    await this.#client.submit("demo", input, { scope: random.pick(words) });
  }

  /** `null` when something changed while it was read. */
  async #truth(): Promise<Truth | null> {
    const generations: Generation[] = [];
    const { sequence } = await this.#client.active();
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await this.#client.list({ limit: 100, cursor });
      generations.push(...page.generations);
      cursor = page.nextCursor;
    }
    const { balance } = await this.#client.credits();
    if ((await this.#client.active()).sequence !== sequence) return null;
    return { generations, deleted: this.#deleted, sequence, balance };
  }
}

/** What one was about to touch may be gone or changed by then. */
async function ifAny(id: string | null, touch: (id: string) => Promise<unknown>): Promise<void> {
  if (id === null) return;
  await touch(id).catch((error: unknown) => {
    if (!SafelightError.isInstance(error) || !["not_found", "not_terminal"].includes(error.code)) throw error;
  });
}
