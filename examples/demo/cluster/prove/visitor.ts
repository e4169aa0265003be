import { createSafelightClient } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import type { App } from "../../server/safelight.ts";

/** Pause before a submit is sent again, in milliseconds. */
const retryMs = 200;

/** A visitor who submits images over HTTP, and follows all changes over the event stream. */
export class Visitor {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #leaving = new AbortController();
  readonly #received = new Map<string, Generation>();
  #stream: Promise<void> = Promise.resolve();
  /** Ids of acknowledged generations. */
  readonly acknowledged: string[] = [];
  /** Submits that had no response, or a status of the server or the proxy, and were sent again. */
  repeats = 0;
  /** Requests for an event stream. */
  streams = 0;

  private constructor(url: string, cookie: string) {
    this.#url = url;
    this.#headers = { cookie };
  }

  /** Opens the page as a new visitor, and follows its events until `leave`. */
  static async arrive(url: string): Promise<Visitor> {
    const response = await fetch(url);
    await response.body?.cancel();
    const cookie = response.headers.getSetCookie()[0]?.split(";")[0];
    if (cookie === undefined) throw new Error(`${url} responded ${response.status} without a cookie.`);
    const visitor = new Visitor(url, cookie);
    visitor.#stream = visitor.#follow();
    return visitor;
  }

  /** Submits one image, with the same key until the server acknowledges it. */
  async submit(prompt: string): Promise<void> {
    const key = crypto.randomUUID();
    for (;;) {
      const id = await this.#send(prompt, key);
      if (id !== null) return void this.acknowledged.push(id);
      this.repeats += 1;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }

  /** A response of the API. Repeats the request while the server is unavailable. */
  async read(path: string): Promise<Response> {
    for (;;) {
      const response = await fetch(`${this.#url}${path}`, { headers: this.#headers }).catch(() => null);
      if (response !== null && response.status < 500) return response;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }

  /** Whether the stream has delivered the end of this generation, in this version or a later one. */
  hasReceived({ id, version, status }: Generation): boolean {
    const received = this.#received.get(id);
    return received !== undefined && received.version >= version && received.status === status;
  }

  /** Ends the stream. Rejects if it had ended by itself. */
  async leave(): Promise<void> {
    this.#leaving.abort();
    await this.#stream;
  }

  async #send(prompt: string, key: string): Promise<string | null> {
    try {
      const response = await fetch(`${this.#url}/api/generations`, {
        method: "POST",
        headers: { ...this.#headers, "content-type": "application/json", "idempotency-key": key },
        body: JSON.stringify({ model: "demo", input: { prompt, steps: 2, size: 256 } }),
      });
      const body = await response.json();
      return response.ok ? body.generation.id : null;
    } catch {
      // No response, or half of one.
      return null;
    }
  }

  async #follow(): Promise<void> {
    const client = createSafelightClient<App>({
      baseUrl: this.#url,
      headers: this.#headers,
      fetch: (request, init) => {
        if (new URL(request instanceof Request ? request.url : request).pathname.endsWith("/events")) this.streams += 1;
        return fetch(request, init);
      },
    });
    try {
      for await (const event of client.events({ signal: this.#leaving.signal })) {
        if (event.type === "generation") this.#received.set(event.generation.id, event.generation);
      }
    } catch (error) {
      if (!this.#leaving.signal.aborted) throw error;
    }
  }
}
