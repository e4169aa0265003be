import { SafelightError } from "@safelight/client";
import { type Generation, isTerminal } from "@safelight/client/contract";
import { createClient } from "../../packages/client/src/lib/create-client.js";
import { createEnvironment, type Environment } from "../../packages/client/src/lib/environment.js";
import type { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { pause } from "../cluster/pause.js";
import type { ServerState } from "./watcher.js";

/** Words with characters of one, two, three and four bytes in UTF-8. */
const words = ["dusk", "crépuscule", "薄明かり", "сумерки", "🌒🌓🌔", "ηλιοβασίλεμα"] as const;

/** An owner who submits, cancels, marks as seen, retries and deletes, straight at the server, while devices watch. */
export class OwnerSimulator {
  readonly #client;
  readonly #random: SeededRandom;
  readonly #deleted = new Set<string>();
  #isDone = false;
  #end: Promise<void> = Promise.resolve();

  constructor(options: { readonly url: string; readonly owner: string; readonly random: SeededRandom }) {
    const { url: baseUrl, owner } = options;
    this.#client = createClient({ baseUrl, headers: { authorization: owner } }, patientEnvironment());
    this.#random = options.random;
  }

  /** Starts sending requests. */
  start(): void {
    const act = async (): Promise<void> => {
      while (!this.#isDone) {
        await this.#act();
        await pause(this.#random.between(50, 500));
      }
    };
    this.#end = act();
    // `settle` rejects with the error.
    this.#end.catch(() => undefined);
  }

  /**
   * Stops sending requests and waits until all generations have ended.
   *
   * @throws {Error} after `settleWithinMs`.
   */
  async settle(settleWithinMs: number): Promise<ServerState> {
    this.#isDone = true;
    await this.#end;
    for (const until = performance.now() + settleWithinMs; ; await pause(50)) {
      const state = await this.#readState();
      if (state?.generations.every(isTerminal)) return state;
      if (performance.now() > until) throw new Error("Generations did not end in time.");
    }
  }

  async #act(): Promise<void> {
    const random = this.#random;
    const draw = random.next();
    if (draw < 0.5) return this.#submit();
    const { generations } = await this.#client.list({ limit: 50 });
    const ended = generations.filter(isTerminal);
    const pick = (list: readonly Generation[]) => list[random.between(0, Math.max(0, list.length - 1))]?.id ?? null;
    if (draw < 0.6) await ifAny(pick(generations), (id) => this.#client.cancel(id));
    else if (draw < 0.75) await ifAny(pick(ended), (id) => this.#client.markSeen([id]));
    else if (draw < 0.85) await ifAny(pick(ended), (id) => this.#client.retry(id));
    else {
      await ifAny(pick(ended), async (id) => {
        await this.#client.delete(id);
        this.#deleted.add(id);
      });
    }
  }

  async #submit(): Promise<void> {
    const random = this.#random;
    const prompt = Array.from({ length: random.between(1, 40) }, () => random.pick(words)).join(" ");
    const input = { prompt, polls: random.between(0, 6), fails: random.chance(0.1) };
    await this.#client.submit("demo", input, { scope: random.pick(words) });
  }

  /** `null` when something changed during the reads. */
  async #readState(): Promise<ServerState | null> {
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

/** A server that shares a busy machine may respond later than the client waits by default. */
function patientEnvironment(): Environment {
  const environment = createEnvironment();
  return { ...environment, schedule: (callback, ms) => environment.schedule(callback, 20 * ms) };
}

/** Ignores the errors of a generation that was deleted or has changed since the list was read. */
async function ifAny(id: string | null, touch: (id: string) => Promise<unknown>): Promise<void> {
  if (id === null) return;
  await touch(id).catch((error: unknown) => {
    if (!SafelightError.isInstance(error) || !["not_found", "not_terminal"].includes(error.code)) throw error;
  });
}
