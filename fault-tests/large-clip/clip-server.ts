import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createLongClips } from "./long-clip.js";

/** A vendor's server of clips. */
export interface ClipServer {
  /** A URL whose n-th request receives a clip of the n-th of these sizes, in MiB, and each further one the last. */
  urlOf(...mebibytes: readonly number[]): string;
  /** SHA-256 and exact size of the clip of this size. */
  factsOf(mebibytes: number): { readonly sha256: string; readonly byteLength: number };
  close(): Promise<void>;
}

/** Starts the server on loopback. It sends each clip at the pace of the reader, so a copy takes a while. */
export async function startClipServer(): Promise<ClipServer> {
  const { clipOf } = createLongClips();
  const sizes = new Map<string, number[]>();
  const server = createServer(({ url = "" }, response) => {
    const [size = 0, ...next] = sizes.get(url) ?? [];
    if (next.length > 0) sizes.set(url, next);
    // A killed reader breaks the connection.
    pipeline(Readable.from(clipOf(size).chunks()), response).catch(() => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // The address of a TCP server is an object.
  const { port } = server.address() as AddressInfo;
  return {
    urlOf(...mebibytes) {
      const path = `/${sizes.size}`;
      sizes.set(path, [...mebibytes]);
      return `http://127.0.0.1:${port}${path}`;
    },
    factsOf(mebibytes) {
      const { byteLength, chunks } = clipOf(mebibytes);
      const hash = createHash("sha256");
      for (const chunk of chunks()) hash.update(chunk);
      return { sha256: hash.digest("hex"), byteLength };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
