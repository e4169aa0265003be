import type { ActiveResponse, GenerationResponse, SubmitResponse } from "@safelight/client/contract";

const owners = 50;

/** A client that uses every kind of request, and aborts its stream and long poll. */
export class Visitor {
  readonly violations: string[] = [];
  /** Number of aborted requests. */
  cuts = 0;
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** One cycle, from submit to deletion, with a stream and a long poll that are aborted while open. */
  async visit(cycle: number): Promise<void> {
    const owner = `owner-${cycle % owners}`;
    const leaving = new AbortController();
    const { signal } = leaving;
    try {
      const stream = await this.#send(owner, { path: "/events", init: { signal } });
      await stream.body?.getReader().read();
      const { generation } = await this.#read<SubmitResponse>(owner, {
        path: "",
        init: {
          method: "POST",
          body: JSON.stringify({ model: "demo", input: { isQueued: cycle % 10 === 0 } }),
        },
      });
      const path = `/${generation.id}`;
      await this.#end(owner, path);
      await (await this.#send(owner, { path: `${path}/outputs/0` })).arrayBuffer();
      await this.#refusal(owner);
      const { sequence } = await this.#read<ActiveResponse>(owner, { path: "/active", init: {} });
      const held = this.#send(owner, { path: `/active?after=${sequence}&wait=25`, init: { signal } }).catch(() => {});
      await this.#send(owner, { path, init: { method: "DELETE" } });
      leaving.abort();
      await held;
      this.cuts += 2;
    } catch (error) {
      this.violations.push(`cycle ${cycle}: ${String(error)}`);
      leaving.abort();
    }
  }

  /** Waits for the end as a browser does. */
  async #end(owner: string, path: string): Promise<void> {
    let etag = "none";
    for (let polls = 0; polls < 50; polls += 1) {
      const response = await this.#send(owner, {
        path: `${path}?wait=25`,
        init: { headers: { "if-none-match": etag } },
      });
      if (response.status === 304) continue;
      etag = response.headers.get("etag") ?? etag;
      // The contract defines the response of this route.
      const { generation } = (await response.json()) as GenerationResponse;
      if (generation.status === "completed") return;
    }
    throw new Error("the generation did not end in time");
  }

  async #refusal(owner: string): Promise<void> {
    const response = await this.#send(owner, { path: "", init: { method: "POST", body: "{" } });
    await response.arrayBuffer();
    if (response.status !== 400) throw new Error(`invalid JSON got status ${response.status}`);
  }

  async #read<Body>(
    owner: string,
    { path, init }: { readonly path: string; readonly init: RequestInit },
  ): Promise<Body> {
    const response = await this.#send(owner, { path, init });
    if (!response.ok) throw new Error(`${init.method ?? "GET"} ${path} got status ${response.status}`);
    // The contract defines the response of the route.
    return (await response.json()) as Body;
  }

  #send(
    owner: string,
    { path, init = {} }: { readonly path: string; readonly init?: RequestInit | undefined },
  ): Promise<Response> {
    const headers = { authorization: owner, "content-type": "application/json", ...init.headers };
    return fetch(`${this.#url}${path}`, { ...init, headers });
  }
}
