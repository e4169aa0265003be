import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { answerPipeline, type WireRequest } from "./pipeline.js";

/** What becomes of a pipeline: answered; lost before it is run; or run, and its answer lost. */
export type Fate = "answer" | "lose_request" | "lose_answer";

/** A running server. */
export interface LibsqlServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves a database file over libSQL's HTTP protocol on loopback, and can lose what passes: a remote database for tests.
 *
 * @param options.fate decides over each pipeline as it comes in.
 */
export async function startLibsqlServer(options: {
  readonly path: string;
  readonly fate: () => Fate;
}): Promise<LibsqlServer> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
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
  { path, fate }: { readonly path: string; readonly fate: () => Fate },
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
