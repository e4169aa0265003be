import { setTimeout as pause } from "node:timers/promises";
import { type AnySafelightClient, createSafelightClient, SafelightError } from "@safelight/client";
import { type GenerationResponse, isTerminal } from "@safelight/client/contract";
import { epochNow } from "../frame/epoch-now.ts";
import type { Load } from "./watching.ts";

/** Delay before a submit without a response is repeated, as by a user's second click. */
const resubmitAfterMs = 1_000;
const unanswered: ReadonlySet<string> = new Set(["network", "timeout"]);

/** A browser whose page submits one generation and waits for its end in one of these ways. */
export class SimulatedBrowser {
  /** Polls and submits without a response. */
  failures = 0;
  readonly #name: string;
  readonly #load: Load;
  readonly #jobMs: number;
  readonly #url: string;
  readonly #client: AnySafelightClient;

  constructor(name: string, { load, jobMs }: { readonly load: Load; readonly jobMs: number }) {
    this.#name = name;
    this.#load = load;
    this.#jobMs = jobMs;
    this.#url = `http://127.0.0.1:${load.port}`;
    this.#client = createSafelightClient({ baseUrl: this.#url, headers: { authorization: name } });
  }

  /**
   * Submits, and watches to the end.
   *
   * @returns when the end was received, in epoch milliseconds; `null` without watching.
   */
  async run(): Promise<number | null> {
    const { watching } = this.#load;
    if (watching.by === "events") return this.#follow();
    const id = await this.#submit();
    return watching.by === "polling" ? this.#poll(id, watching.everyMs) : null;
  }

  async #submit(): Promise<string> {
    const input = { browser: this.#name, jobMs: this.#jobMs };
    for (;;) {
      try {
        const { generation } = await this.#client.submit("demo", input, { idempotencyKey: this.#name });
        return generation.id;
      } catch (error) {
        if (!SafelightError.isInstance(error) || !unanswered.has(error.code)) throw error;
        this.failures += 1;
        await pause(resubmitAfterMs);
      }
    }
  }

  /** Follows the events from the start as the hooks do, and submits after the snapshot. */
  async #follow(): Promise<number> {
    let submission: Promise<string> | undefined;
    for await (const event of this.#client.events()) {
      if (event.type === "snapshot") submission ??= this.#submit();
      if (event.type === "generation" && isTerminal(event.generation)) {
        const seenAt = epochNow();
        await submission;
        return seenAt;
      }
    }
    throw new Error("The event stream ended.");
  }

  /** Polls at a steady interval, at once first. */
  async #poll(id: string, everyMs: number): Promise<number> {
    let tag: string | null = null;
    for (let nextAt = performance.now(); ; nextAt = Math.max(nextAt + everyMs, performance.now())) {
      await pause(Math.max(0, nextAt - performance.now()));
      const response = await this.#request(id, tag);
      if (response === null || response.status === 304) continue;
      if (response.status !== 200) throw new Error(`A poll got status ${response.status}: ${response.text}`);
      tag = response.tag;
      // The contract defines this response.
      const { generation } = JSON.parse(response.text) as GenerationResponse;
      if (isTerminal(generation)) return epochNow();
    }
  }

  /** Sends the cached version as browsers do. `null` without a response. */
  async #request(id: string, tag: string | null) {
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
