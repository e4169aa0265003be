import { once } from "node:events";
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";

/** A response, and the milliseconds from the request to its last byte. */
export interface TimedResponse<Body> {
  readonly body: Body;
  readonly milliseconds: number;
}

/** Sends requests to a host one after the other, over one keep-alive connection. */
export class HostClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** @throws {Error} for a status that is not 2xx. */
  async request<Body>(
    ownerId: string,
    { path, sent }: { readonly path: string; readonly sent?: unknown | undefined },
  ): Promise<TimedResponse<Body>> {
    const headers = {
      authorization: ownerId,
      ...(sent !== undefined && { "content-type": "application/json", "idempotency-key": crypto.randomUUID() }),
    };
    const { body, milliseconds } = await this.#send(`/api/generations${path}`, { headers, sent });
    // The contract defines the response of the route.
    return { body: JSON.parse(body) as Body, milliseconds };
  }

  /**
   * Requests a page as a browser does.
   *
   * @returns the milliseconds to its last byte.
   * @throws {Error} for a status that is not 2xx.
   */
  async readPage(path: string): Promise<number> {
    return (await this.#send(path, { headers: { accept: "text/html" } })).milliseconds;
  }

  async #send(
    path: string,
    { headers, sent }: { readonly headers: Readonly<Record<string, string>>; readonly sent?: unknown },
  ): Promise<TimedResponse<string>> {
    const began = performance.now();
    const outgoing = request({
      agent: this.#agent,
      host: "127.0.0.1",
      port: this.#port,
      path,
      method: sent === undefined ? "GET" : "POST",
      headers,
    });
    outgoing.end(sent === undefined ? undefined : JSON.stringify(sent));
    const [response] = await once(outgoing, "response");
    const body = await text(response);
    const milliseconds = performance.now() - began;
    if (response.statusCode >= 300) throw new Error(`${path} got status ${response.statusCode}: ${body}`);
    return { body, milliseconds };
  }

  close(): void {
    this.#agent.destroy();
  }
}
