import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { type BucketCredentials, checkSignature } from "./check-signature.js";

/** A service with one bucket that implements the subset of the S3 protocol that the storage uses. */
export interface BucketServer {
  /** `http://127.0.0.1:<port>`. The bucket is the first segment of the path. */
  readonly endpoint: string;
  readonly credentials: BucketCredentials;
  readonly objects: Map<string, BucketObject>;
  /** All requests as `GET /media/a/b`, without the query. */
  readonly requests: readonly string[];
  /** Queues responses that replace the regular ones, one for each of the next requests. */
  respondNext(...responders: readonly BucketResponder[]): void;
  close(): Promise<void>;
}

/** One stored object. */
export interface BucketObject {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Epoch milliseconds. @default the time of each listing */
  readonly storedAt?: number;
}

/** Writes a response. */
export type BucketResponder = (response: ServerResponse, request: IncomingMessage) => void;

/**
 * Starts the service on a free port. It checks signatures with its own implementation, which shares no code with the
 * client that signs.
 *
 * @param options.pageSize number of keys on a page of a listing. @default 1_000
 * @param options.now epoch milliseconds. @default the system clock
 */
export async function startBucketServer(
  options: { readonly pageSize?: number; readonly now?: () => number; readonly sessionToken?: string } = {},
): Promise<BucketServer> {
  const { pageSize = 1_000, now = Date.now, sessionToken } = options;
  const credentials: BucketCredentials = {
    bucket: "media",
    region: "eu-central-1",
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ...(sessionToken !== undefined && { sessionToken }),
  };
  const objects = new Map<string, BucketObject>();
  const requests: string[] = [];
  const planned: BucketResponder[] = [];

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "", "http://localhost");
    requests.push(`${request.method} ${url.pathname}`);
    const body = await buffer(request);
    const next = planned.shift();
    if (next !== undefined) {
      next(response, request);
      return;
    }
    const fault = checkSignature({ request, url, body, credentials, now: now() });
    const [bucket, ...rest] = url.pathname.slice(1).split("/");
    const key = rest.join("/");
    if (fault !== null) refuse(403, fault)(response, request);
    else if (bucket !== credentials.bucket) refuse(404, "NoSuchBucket")(response, request);
    else if (key === "") list(objects, { query: url.searchParams, pageSize, now: now(), response });
    else if (request.method === "PUT") {
      objects.set(key, { bytes: body, headers: storedHeaders(request) });
      response.writeHead(200).end();
    } else if (request.method === "DELETE") {
      objects.delete(key);
      response.writeHead(204).end();
    } else read(objects.get(key), { query: url.searchParams, request, response });
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an `AddressInfo`; only a pipe has a string.
  const { port } = server.address() as AddressInfo;

  return {
    endpoint: `http://127.0.0.1:${port}`,
    credentials,
    objects,
    requests,
    respondNext: (...responders) => {
      planned.push(...responders);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A responder that writes an S3 error. */
export function refuse(
  status: number,
  code: string,
  { headers = {}, inside = "" }: { readonly headers?: Record<string, string>; readonly inside?: string } = {},
): BucketResponder {
  return (response) => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>No.</Message>${inside}</Error>`;
    response.writeHead(status, { "content-type": "application/xml", ...headers }).end(xml);
  };
}

function storedHeaders({ headers }: IncomingMessage): Record<string, string> {
  const names = ["content-type", "cache-control"] as const;
  return Object.fromEntries(names.map((name) => [name, headers[name] ?? ""]));
}

function read(
  object: BucketObject | undefined,
  { query, request, response }: { query: URLSearchParams; request: IncomingMessage; response: ServerResponse },
): void {
  if (object === undefined) {
    refuse(404, "NoSuchKey")(response, request);
    return;
  }
  const { bytes } = object;
  const disposition = query.get("response-content-disposition");
  const headers = {
    ...object.headers,
    etag: `"${createHash("md5").update(bytes).digest("hex")}"`,
    ...(disposition !== null && { "content-disposition": disposition }),
  };
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  if (from === undefined) {
    response.writeHead(200, { ...headers, "content-length": bytes.byteLength }).end(bytes);
    return;
  }
  const [start, end] = [Number(from), Math.min(Number(to), bytes.byteLength - 1)];
  if (start > end) {
    refuse(416, "InvalidRange")(response, request);
    return;
  }
  const range = { "content-length": end + 1 - start, "content-range": `bytes ${start}-${end}/${bytes.byteLength}` };
  response.writeHead(206, { ...headers, ...range }).end(bytes.subarray(start, end + 1));
}

function list(
  objects: ReadonlyMap<string, BucketObject>,
  options: {
    readonly query: URLSearchParams;
    readonly pageSize: number;
    readonly now: number;
    readonly response: ServerResponse;
  },
): void {
  const { query, pageSize, now, response } = options;
  // The continuation token contains characters that need escapes in XML and in a query.
  const after = query.get("continuation-token")?.replace(/^<&"\+\//, "") ?? "";
  const isListed = (key: string): boolean => key.startsWith(query.get("prefix") ?? "") && key > after;
  const listed = [...objects].filter(([key]) => isListed(key)).sort(([one], [other]) => (one < other ? -1 : 1));
  const page = listed.slice(0, pageSize);
  const isTruncated = listed.length > page.length;
  const contents = page.map(([key, { bytes, storedAt = now }]) => {
    const modified = new Date(storedAt).toISOString();
    return `<Contents><Key>${key}</Key><LastModified>${modified}</LastModified><Size>${bytes.byteLength}</Size></Contents>`;
  });
  const token = `&lt;&amp;&quot;&#43;&#x2F;${page.at(-1)?.[0]}`;
  const next = isTruncated ? `<NextContinuationToken>${token}</NextContinuationToken>` : "";
  const xml = `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`;
  response.writeHead(200, { "content-type": "application/xml" }).end(xml);
}
