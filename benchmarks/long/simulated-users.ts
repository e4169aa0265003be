import { setTimeout as pause } from "node:timers/promises";
import { type AnySafelightClient, createSafelightClient } from "@safelight/client";

/** A submit from the click to the response, by `performance.now()`. */
export interface Submitted {
  readonly from: number;
  readonly to: number;
}

const userCount = 25;
/** A client gives up after a few attempts; the user then repeats the submit with the same key. */
const againAfterMs = 250;

/** Users who submit at random moments and follow the events, also through outages of the host. */
export class SimulatedUsers {
  readonly submits: Submitted[] = [];
  /** Every generation that was acknowledged. */
  readonly acknowledged = new Set<string>();
  /** Generations whose end their owner received. */
  readonly ended = new Set<string>();
  /** Submits that failed and were repeated with the same key. */
  failures = 0;
  readonly #clients: readonly AnySafelightClient[];
  readonly #leaving = new AbortController();
  readonly #pending = new Set<Promise<void>>();

  constructor(baseUrl: string) {
    this.#clients = Array.from({ length: userCount }, (_, number) =>
      createSafelightClient({ baseUrl, headers: { authorization: `person-${number}` } }),
    );
    for (const client of this.#clients) this.#keep(this.#watch(client));
  }

  /** Submits at this average rate for the given time, then waits for the responses. */
  async submitFor(milliseconds: number, perSecond: number): Promise<void> {
    const responses = new Set<Promise<void>>();
    const until = performance.now() + milliseconds;
    for (;;) {
      await pause((-Math.log(1 - Math.random()) * 1_000) / perSecond);
      if (performance.now() >= until) break;
      const response = this.#submit().finally(() => responses.delete(response));
      responses.add(response);
    }
    await Promise.all(responses);
  }

  /** Waits until every owner has received every end, up to the timeout. */
  async untilAllEnded(timeoutMs: number): Promise<void> {
    const until = performance.now() + timeoutMs;
    while (this.missing().length > 0 && performance.now() < until) await pause(100);
  }

  /** Acknowledged generations whose end was not received. */
  missing(): readonly string[] {
    return [...this.acknowledged].filter((id) => !this.ended.has(id));
  }

  async leave(): Promise<void> {
    this.#leaving.abort();
    await Promise.all(this.#pending);
  }

  async #submit(): Promise<void> {
    const client = this.#clients[Math.floor(Math.random() * userCount)];
    if (client === undefined) throw new Error("There are no clients.");
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
      const unseen = event.type === "snapshot" ? event.active.unseen : [];
      const received = event.type === "generation" ? [event.generation] : unseen;
      for (const { finishedAt, id } of received) if (finishedAt !== null) this.ended.add(id);
    }
  }

  #keep(watch: Promise<void>): void {
    this.#pending.add(watch);
  }
}
