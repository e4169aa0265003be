import { setTimeout as pause } from "node:timers/promises";

/** One request and its response. */
export interface Call {
  readonly what: string;
  /** 0 without a response. */
  readonly status: number;
  readonly retryAfter: string | null;
  readonly ms: number;
}

/** A client that submits and polls repeatedly, and records each response. */
export class Caller {
  readonly calls: Call[] = [];
  readonly #url: string;
  readonly #accepted = new Map<string, string>();
  #keys = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** Number of idempotency keys so far: one per new submit. */
  get keys(): number {
    return this.#keys;
  }

  acceptedIds(): readonly string[] {
    return [...this.#accepted.values()];
  }

  /** Keys of refused submits, to send again. */
  refusedKeys(): readonly string[] {
    return Array.from({ length: this.#keys }, (_, index) => `key-${index + 1}`).filter(
      (key) => !this.#accepted.has(key),
    );
  }

  /** Submits once and returns the recorded call. */
  async submit(key = this.#newKey()): Promise<Call> {
    const body = JSON.stringify({ model: "demo", input: { prompt: key } });
    const headers = { "content-type": "application/json", "idempotency-key": key };
    const [call, responseBody] = await this.#send("submit", { path: "", init: { method: "POST", headers, body } });
    const id = /"id":"(gen_[^"]+)"/.exec(responseBody)?.[1];
    if (id !== undefined && call.status < 300) this.#accepted.set(key, id);
    return call;
  }

  /** Sends requests until the promise resolves, then waits for all responses. */
  async callUntil(happened: Promise<unknown>): Promise<void> {
    let isOver = false;
    happened.then(() => {
      isOver = true;
    });
    const open: Promise<unknown>[] = [];
    for (let turn = 0; !isOver; turn += 1) {
      open.push(this.submit());
      open.push(this.#send("active", { path: "/active" }));
      const id = this.acceptedIds().at(-1);
      if (id !== undefined) open.push(this.#send("status", { path: `/${id}` }));
      if (turn % 10 === 0) open.push(this.#post("/seen", { ids: this.acceptedIds().slice(0, 20) }));
      await pause(40);
    }
    await Promise.all(open);
  }

  #post(path: string, body: unknown): Promise<unknown> {
    const headers = { "content-type": "application/json" };
    return this.#send(path, { path, init: { method: "POST", headers, body: JSON.stringify(body) } });
  }

  #newKey(): string {
    this.#keys += 1;
    return `key-${this.#keys}`;
  }

  async #send(
    what: string,
    { path, init = {} }: { readonly path: string; readonly init?: RequestInit | undefined },
  ): Promise<readonly [Call, string]> {
    const started = performance.now();
    const headers = { ...init.headers, "x-test-user": "ada" };
    const [response, text] = await fetch(`${this.#url}${path}`, { ...init, headers }).then(
      async (received) => [received, await received.text()] as const,
      (error: unknown) => [null, String(error)] as const,
    );
    const call: Call = {
      what,
      status: response?.status ?? 0,
      retryAfter: response?.headers.get("retry-after") ?? null,
      ms: performance.now() - started,
    };
    this.calls.push(call);
    return [call, text];
  }
}
