import type { ActiveResponse, GenerationResponse, SubmitResponse } from "@safelight/client/contract";

const owners = 50;

/** Someone who comes, looks at everything, and leaves in the middle of it. */
export class Visitor {
  readonly violations: string[] = [];
  /** Requests that were cut off. */
  cuts = 0;
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** One cycle: from the submit to the removal, with a stream and a long poll that are left open and cut. */
  async visit(cycle: number): Promise<void> {
    const owner = `owner-${cycle % owners}`;
    const leaving = new AbortController();
    const { signal } = leaving;
    try {
      const stream = await this.#ask(owner, "/events", { signal });
      await stream.body?.getReader().read();
      const { generation } = await this.#read<SubmitResponse>(owner, "", {
        method: "POST",
        body: JSON.stringify({ model: "demo", input: { isQueued: cycle % 10 === 0 } }),
      });
      const path = `/${generation.id}`;
      await this.#end(owner, path);
      await (await this.#ask(owner, `${path}/outputs/0`)).arrayBuffer();
      await this.#refusal(owner);
      const { sequence } = await this.#read<ActiveResponse>(owner, "/active", {});
      const held = this.#ask(owner, `/active?after=${sequence}&wait=25`, { signal }).catch(() => {});
      await this.#ask(owner, path, { method: "DELETE" });
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
    for (let looks = 0; looks < 50; looks += 1) {
      const response = await this.#ask(owner, `${path}?wait=25`, { headers: { "if-none-match": etag } });
      if (response.status === 304) continue;
      etag = response.headers.get("etag") ?? etag;
      // What the contract says of this route.
      const { generation } = (await response.json()) as GenerationResponse;
      if (generation.status === "completed") return;
    }
    throw new Error("it did not come to an end");
  }

  async #refusal(owner: string): Promise<void> {
    const response = await this.#ask(owner, "", { method: "POST", body: "{" });
    await response.arrayBuffer();
    if (response.status !== 400) throw new Error(`what is no JSON was answered ${response.status}`);
  }

  async #read<Body>(owner: string, path: string, init: RequestInit): Promise<Body> {
    const response = await this.#ask(owner, path, init);
    if (!response.ok) throw new Error(`${init.method ?? "GET"} ${path} was answered ${response.status}`);
    // What the contract says of the route.
    return (await response.json()) as Body;
  }

  #ask(owner: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: owner, "content-type": "application/json", ...init.headers };
    return fetch(`${this.#url}${path}`, { ...init, headers });
  }
}
