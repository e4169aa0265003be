import type { ServerResponse } from "node:http";

/** Sends the whole response of a fake vendor, as JSON. */
export function sendJson(
  response: ServerResponse,
  {
    status,
    body,
    headers = {},
  }: {
    readonly status: number;
    readonly body: unknown;
    readonly headers?: Readonly<Record<string, string>> | undefined;
  },
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
