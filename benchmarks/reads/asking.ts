import { once } from "node:events";
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";

/** What was answered, and in how many milliseconds from the request to the last byte. */
export interface Answered<Body> {
  readonly body: Body;
  readonly milliseconds: number;
}

/** Asks a host over one connection that is kept, one question after the other. */
export class Asking {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** @throws {Error} for every answer that is none of success. */
  async ask<Body>(ownerId: string, path: string, sent?: unknown): Promise<Answered<Body>> {
    const headers = {
      authorization: ownerId,
      ...(sent !== undefined && { "content-type": "application/json", "idempotency-key": crypto.randomUUID() }),
    };
    const began = performance.now();
    const asked = request({
      agent: this.#agent,
      host: "127.0.0.1",
      port: this.#port,
      path: `/api/generations${path}`,
      method: sent === undefined ? "GET" : "POST",
      headers,
    });
    asked.end(sent === undefined ? undefined : JSON.stringify(sent));
    const [response] = await once(asked, "response");
    const body = await text(response);
    const milliseconds = performance.now() - began;
    if (response.statusCode >= 300) throw new Error(`${path} was answered ${response.statusCode}: ${body}`);
    // What the contract says of the route.
    return { body: JSON.parse(body) as Body, milliseconds };
  }

  close(): void {
    this.#agent.destroy();
  }
}
