import { setTimeout as pause } from "node:timers/promises";
import { type AnySafelightClient, createSafelightClient, SafelightError } from "@safelight/client";
import { type GenerationResponse, isTerminal } from "@safelight/client/contract";
import { epochNow } from "../frame/epoch-now.ts";
import type { Load } from "./watching.ts";

/** The user clicks again where a server that is busy gave no answer. */
const submitAgainMs = 1_000;
const unanswered: ReadonlySet<string> = new Set(["network", "timeout"]);

/** One browser: its page submits one generation, and waits for its end in one of these ways. */
export class SimulatedBrowser {
  /** How often no answer came to a poll or a submit. */
  failures = 0;
  readonly #name: string;
  readonly #load: Load;
  readonly #developMs: number;
  readonly #url: string;
  readonly #client: AnySafelightClient;

  constructor(name: string, load: Load, developMs: number) {
    this.#name = name;
    this.#load = load;
    this.#developMs = developMs;
    this.#url = `http://127.0.0.1:${load.port}`;
    this.#client = createSafelightClient({ baseUrl: this.#url, headers: { authorization: name } });
  }

  /**
   * Submits, and watches to the end.
   *
   * @returns when the end was seen, in epoch milliseconds; `null` where nobody looks.
   */
  async run(): Promise<number | null> {
    const { watching } = this.#load;
    if (watching.by === "events") return this.#listen();
    const id = await this.#submit();
    return watching.by === "polling" ? this.#poll(id, watching.everyMs) : null;
  }

  async #submit(): Promise<string> {
    const input = { browser: this.#name, developMs: this.#developMs };
    for (;;) {
      try {
        const { generation } = await this.#client.submit("demo", input, { idempotencyKey: this.#name });
        return generation.id;
      } catch (error) {
        if (!SafelightError.isInstance(error) || !unanswered.has(error.code)) throw error;
        this.failures += 1;
        await pause(submitAgainMs);
      }
    }
  }

  /** As the hooks do: the page follows its owner from the beginning on, and submits when it knows what there is. */
  async #listen(): Promise<number> {
    let submission: Promise<string> | undefined;
    for await (const event of this.#client.events()) {
      if (event.type === "hello") submission ??= this.#submit();
      if (event.type === "generation" && isTerminal(event.generation)) {
        const seenAt = epochNow();
        await submission;
        return seenAt;
      }
    }
    throw new Error("The events have ended.");
  }

  /** Asks at a steady pace, the first time at once. */
  async #poll(id: string, everyMs: number): Promise<number> {
    let tag: string | null = null;
    for (let nextAt = performance.now(); ; nextAt = Math.max(nextAt + everyMs, performance.now())) {
      await pause(Math.max(0, nextAt - performance.now()));
      const response = await this.#ask(id, tag);
      if (response === null || response.status === 304) continue;
      if (response.status !== 200) throw new Error(`A poll was answered ${response.status}: ${response.text}`);
      tag = response.tag;
      // What the contract says of this answer.
      const { generation } = JSON.parse(response.text) as GenerationResponse;
      if (isTerminal(generation)) return epochNow();
    }
  }

  /** Browsers name the version that they have in their cache. `null` where no answer comes. */
  async #ask(id: string, tag: string | null) {
    const headers = { authorization: this.#name, ...(tag !== null && { "if-none-match": tag }) };
    try {
      const response = await fetch(`${this.#url}/api/generations/${id}`, { headers });
      const text = await response.text();
      return { status: response.status, tag: response.headers.get("etag"), text };
    } catch {
      this.failures += 1;
      return null;
    }
  }
}
