import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createGrowingBuffer } from "../../bytes/growing-buffer.js";
import { maxRequestBytes, refusedRequest } from "./allowed-request.js";
import { PipelineRunner, type WireRequest } from "./pipeline.js";

/** `lose_request` drops a pipeline before it runs, `lose_response` after. */
export type PipelineOutcome = "respond" | "lose_request" | "lose_response";

export interface LibsqlServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface LibsqlServerOptions {
  readonly path: string;
  /** @default a free port */
  readonly port?: number;
  /** Called for each pipeline as it arrives; for tests. @default "respond" */
  readonly outcome?: () => PipelineOutcome;
}

/**
 * Serves a database file over libSQL's HTTP protocol, on loopback and without a token: for development and tests. Refuses
 * requests of web pages. Can lose requests and responses, as a network does.
 *
 * @throws if the port is in use.
 */
export async function startLibsqlServer(options: LibsqlServerOptions): Promise<LibsqlServer> {
  const pipelines = new PipelineRunner(options.path);
  const server = createServer((request, response) => {
    handle(options, { pipelines, request, response }).catch(() => response.destroy());
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
      pipelines.close();
    },
  };
}

async function handle(
  { outcome = () => "respond" }: LibsqlServerOptions,
  {
    pipelines,
    request,
    response,
  }: { readonly pipelines: PipelineRunner; readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const refused = refusedRequest(request);
  if (refused !== null) {
    response.writeHead(refused.status, { connection: "close" }).end(refused.reason);
    return;
  }
  if (request.url !== "/v2/pipeline") {
    response.writeHead(404).end();
    return;
  }
  const body: { readonly requests: readonly WireRequest[] } = JSON.parse(await readText(request));
  const decided = outcome();
  if (decided === "lose_request") {
    response.destroy();
    return;
  }
  const results = pipelines.run(body.requests);
  if (decided === "lose_response") {
    response.destroy();
    return;
  }
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ baton: null, base_url: null, results }));
}

/** @throws {RangeError} for a body without `Content-Length` that is too long. */
async function readText(request: IncomingMessage): Promise<string> {
  const buffer = createGrowingBuffer({ maxBytes: maxRequestBytes });
  for await (const chunk of request) buffer.append(chunk);
  return new TextDecoder().decode(buffer.view());
}
