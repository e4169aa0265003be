import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { answerPipeline, type WireRequest } from "./pipeline.js";

/** The outcome of a pipeline: answered, lost before it runs, or run with its response lost. */
export type Fate = "answer" | "lose_request" | "lose_answer";

/** A running server. */
export interface LibsqlServer {
  readonly url: string;
  close(): Promise<void>;
}

/** How a database file is served. */
export interface LibsqlServerOptions {
  readonly path: string;
  /** @default a free one */
  readonly port?: number;
  /** Decides over each pipeline as it comes in; for tests. @default "answer" */
  readonly fate?: () => Fate;
}

/**
 * Serves a database file over libSQL's HTTP protocol, on loopback and without a token: for development and tests. It can lose
 * requests and responses, as a network does.
 *
 * @throws when the port is in use.
 */
export async function startLibsqlServer(options: LibsqlServerOptions): Promise<LibsqlServer> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(
  { path, fate = () => "answer" }: LibsqlServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url !== "/v2/pipeline") {
    response.writeHead(404).end();
    return;
  }
  const body: { readonly requests: readonly WireRequest[] } = JSON.parse(await text(request));
  const decided = fate();
  if (decided === "lose_request") {
    response.destroy();
    return;
  }
  const results = answerPipeline(path, body.requests);
  if (decided === "lose_answer") {
    response.destroy();
    return;
  }
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ baton: null, base_url: null, results }));
}
