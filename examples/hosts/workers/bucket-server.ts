import { buffer } from "node:stream/consumers";
import { type LocalServer, startServer } from "./start-server.ts";

/** A bucket in memory without signature checks and listings. */
export function startBucketServer(): Promise<LocalServer> {
  const objects = new Map<string, { readonly bytes: Buffer; readonly type: string }>();
  return startServer(async (request, response) => {
    const key = new URL(request.url ?? "/", "http://bucket").pathname;
    const bytes = await buffer(request);
    if (request.method === "PUT") {
      objects.set(key, { bytes, type: request.headers["content-type"] ?? "" });
      response.end();
      return;
    }
    if (request.method === "DELETE") {
      objects.delete(key);
      response.writeHead(204).end();
      return;
    }
    if (request.url?.includes("list-type=2")) {
      response.end("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
      return;
    }
    const object = objects.get(key);
    if (object === undefined) {
      response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
      return;
    }
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    if (first !== undefined && last !== undefined) {
      const part = object.bytes.subarray(Number(first), Number(last) + 1);
      const range = `bytes ${first}-${last}/${object.bytes.length}`;
      response.writeHead(206, { "content-type": object.type, "content-length": part.length, "content-range": range });
      response.end(part);
      return;
    }
    response.writeHead(200, { "content-type": object.type, "content-length": object.bytes.length });
    response.end(request.method === "HEAD" ? undefined : object.bytes);
  });
}
