import { setTimeout as pause } from "node:timers/promises";
import { type AnySafelightClient, createSafelightClient } from "@safelight/client";

/** A submit from the click to the answer, on the clock of `performance.now()`. */
export interface Submitted {
  readonly from: number;
  readonly to: number;
}

const people = 25;
/** A client gives up after a few tries; people press the button again, and the key stays. */
const againAfterMs = 250;

/** People who submit at random moments, and watch what becomes of it, whatever happens to the host. */
export class Visitors {
  readonly submits: Submitted[] = [];
  /** Every generation that was acknowledged. */
  readonly acknowledged = new Set<string>();
  /** Those of which their owner heard that they have ended. */
  readonly ended = new Set<string>();
  /** Tries that failed, and were made again with the same key. */
  failures = 0;
  readonly #clients: readonly AnySafelightClient[];
  readonly #leaving = new AbortController();
  readonly #pending = new Set<Promise<void>>();

  constructor(baseUrl: string) {
    this.#clients = Array.from({ length: people }, (_, number) =>
      createSafelightClient({ baseUrl, headers: { authorization: `person-${number}` } }),
    );
    for (const client of this.#clients) this.#keep(this.#watch(client));
  }

  /** Submits so many in a second, on average, until the time is over; then waits for the answers. */
  async submitFor(milliseconds: number, perSecond: number): Promise<void> {
    const answers = new Set<Promise<void>>();
    const until = performance.now() + milliseconds;
    for (;;) {
      await pause((-Math.log(1 - Math.random()) * 1_000) / perSecond);
      if (performance.now() >= until) break;
      const answer = this.#submit().finally(() => answers.delete(answer));
      answers.add(answer);
    }
    await Promise.all(answers);
  }

  /** Waits until all were told of everything. */
  async untilAllEnded(patienceMs: number): Promise<void> {
    const until = performance.now() + patienceMs;
    while (this.missing().length > 0 && performance.now() < until) await pause(100);
  }

  /** Acknowledged, and nobody heard of an end. */
  missing(): readonly string[] {
    return [...this.acknowledged].filter((id) => !this.ended.has(id));
  }

  async leave(): Promise<void> {
    this.#leaving.abort();
    await Promise.all(this.#pending);
  }

  async #submit(): Promise<void> {
    const client = this.#clients[Math.floor(Math.random() * people)];
    if (client === undefined) throw new Error("There is nobody.");
    const idempotencyKey = client.createId();
    const from = performance.now();
    for (;;) {
      try {
        const { generation } = await client.submit("demo", { prompt: "a lake at dawn" }, { idempotencyKey });
        this.acknowledged.add(generation.id);
        this.submits.push({ from, to: performance.now() });
        return;
      } catch {
        this.failures += 1;
        await pause(againAfterMs);
      }
    }
  }

  async #watch(client: AnySafelightClient): Promise<void> {
    for await (const event of client.events({ signal: this.#leaving.signal })) {
      const unseen = event.type === "hello" ? event.active.unseen : [];
      const told = event.type === "generation" ? [event.generation] : unseen;
      for (const { finishedAt, id } of told) if (finishedAt !== null) this.ended.add(id);
    }
  }

  #keep(watch: Promise<void>): void {
    this.#pending.add(watch);
  }
}
