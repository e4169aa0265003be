import { randomUUID } from "node:crypto";
import { createSafelightClient } from "@safelight/client";
import type { Generation, SafelightApp, SubmitResponse } from "@safelight/client/contract";
import { initialCredits, packs } from "../../examples/studio/prices.ts";
import { tinyPng } from "../../packages/server/testing/tiny-png.js";
import type { Submitted } from "./book-faults.js";
import { StudioSession } from "./studio-session.js";

/** A word of the studio's list: its outputs are withheld. */
const blockedWord = "gore";
/** Below this balance, the user buys a pack. */
const minCredits = 100;

/** A scripted user: submits, animates, cancels, buys and shares, and follows all ends over the event stream. */
export class StudioUser {
  readonly session: StudioSession;
  readonly email: string;
  readonly submitted: Submitted[] = [];
  /** Credits of the bought packs. */
  readonly purchases: number[] = [];
  /** Generations that were added to the user's collection. */
  readonly shared = new Set<string>();
  /** Submits that the server refused, such as by a limit. */
  refusals = 0;
  collectionId = "";
  readonly #ended = new Map<string, Generation>();
  readonly #leaving = new AbortController();
  readonly #stream: Promise<void>;
  #balance = initialCredits;

  private constructor(url: string, { session, email }: { readonly session: StudioSession; readonly email: string }) {
    this.session = session;
    this.email = email;
    this.#stream = this.#follow(url);
  }

  static async arrive(url: string, email: string): Promise<StudioUser> {
    return new StudioUser(url, { session: await StudioSession.signUp(url, email), email });
  }

  /** Whether the stream delivered this end, or a later version. */
  hasReceived({ id, version, status }: Generation): boolean {
    const received = this.#ended.get(id);
    return received !== undefined && received.version >= version && received.status === status;
  }

  /** @param chance from 0 to below 1: selects the action. */
  async act(chance: number): Promise<void> {
    if (this.#balance < minCredits) await this.buy();
    if (chance < 0.5) await this.#submit("image", {});
    else if (chance < 0.6) await this.#submit("reel", {});
    else if (chance < 0.7) await this.#animate();
    else if (chance < 0.75) await this.#submit("image", { word: blockedWord });
    else if (chance < 0.8) await this.#submitAndCancel();
    else await this.#share();
  }

  /** Buys the smallest pack. The fake Stripe sends its events until the server accepts them. */
  async buy(): Promise<void> {
    const [pack] = packs;
    if (pack === undefined) throw new Error("The studio sells no pack.");
    const checkout = { path: "/api/shop/checkout", method: "POST", body: { pack: pack.id } };
    const { url }: { readonly url?: unknown } = Object(await this.session.request(checkout));
    this.purchases.push(pack.credits);
    this.#balance += pack.credits;
    const paid = await fetch(String(url), { method: "POST", redirect: "manual" });
    if (paid.status !== 303) throw new Error(`The payment got ${paid.status}.`);
  }

  /** Ends the stream. Rejects if it had ended by itself. */
  async leave(): Promise<void> {
    this.#leaving.abort();
    await this.#stream;
  }

  async #submit(model: "image" | "reel", { word = "lake", image }: { word?: string; image?: string }) {
    const prompt = `A ${word} ${randomUUID()}`;
    const { status, body } = await this.session.send({
      path: "/api/generations",
      method: "POST",
      body: { model, input: { prompt, ...(image !== undefined && { image }) } },
      headers: { "idempotency-key": randomUUID() },
    });
    if (status !== 202 && status !== 200) {
      // 402 and 429: too little balance, too many requests, refunds or active generations.
      if (status !== 402 && status !== 429) throw new Error(`A submit got ${status}: ${JSON.stringify(body)}`);
      this.refusals += 1;
      return null;
    }
    const { generation } = body as SubmitResponse; // The contract of the route.
    const credits = generation.credits ?? 0;
    this.#balance -= credits;
    this.submitted.push({ id: generation.id, prompt, credits });
    return generation.id;
  }

  async #animate(): Promise<void> {
    const form = new FormData();
    form.set("file", new Blob([new Uint8Array(tinyPng())], { type: "image/png" }), "start.png");
    const { status, body } = await this.session.send({ path: "/api/generations/inputs", method: "POST", body: form });
    if (status === 429) {
      this.refusals += 1;
      return;
    }
    const { id }: { readonly id?: unknown } = Object(Object(body).input);
    if (typeof id !== "string") throw new Error(`An upload got ${status}: ${JSON.stringify(body)}`);
    await this.#submit("reel", { image: id });
  }

  async #submitAndCancel(): Promise<void> {
    const id = await this.#submit("image", {});
    if (id !== null) await this.session.request({ path: `/api/generations/${id}/cancel`, method: "POST" });
  }

  /** Adds a finished image to the user's collection, which its organization sees. */
  async #share(): Promise<void> {
    const done = [...this.#ended.values()].find(({ id, status }) => status === "completed" && !this.shared.has(id));
    if (done === undefined || this.shared.size >= 100) return;
    await this.session.request({ path: `/api/collections/${this.collectionId}/items/${done.id}`, method: "PUT" });
    this.shared.add(done.id);
  }

  async #follow(url: string): Promise<void> {
    const client = createSafelightClient<SafelightApp>({ baseUrl: url, headers: this.session.headers });
    try {
      for await (const event of client.events({ signal: this.#leaving.signal })) {
        if (event.type !== "generation") continue;
        const { generation } = event;
        if (["completed", "failed", "canceled"].includes(generation.status)) this.#ended.set(generation.id, generation);
      }
    } catch (error) {
      if (!this.#leaving.signal.aborted) throw error;
    }
  }
}
