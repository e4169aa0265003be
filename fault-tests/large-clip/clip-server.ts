import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { drawReel } from "../../packages/demo-provider/src/lib/video/draw-reel.js";

const mebibyte = 1_048_576;

/** A vendor's server of clips that every browser plays. */
export interface ClipServer {
  /** The URL of a clip of this size, in MiB. */
  urlOf(mebibytes: number): string;
  /** SHA-256 and exact size of the clip of this size. */
  factsOf(mebibytes: number): { readonly sha256: string; readonly byteLength: number };
  close(): Promise<void>;
}

/** Starts the server on loopback. It sends each clip at the pace of the reader, so a copy takes a while. */
export async function startClipServer(): Promise<ClipServer> {
  const reel = drawReel({ prompt: "a lighthouse at dusk", seed: 1, size: 320 });
  const server = createServer(({ url }, response) => {
    // A killed reader breaks the connection.
    pipeline(Readable.from(clipOf(reel, Number(url?.slice(1)))), response).catch(() => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // The address of a TCP server is an object.
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (mebibytes) => `http://127.0.0.1:${port}/${mebibytes}`,
    factsOf(mebibytes) {
      const hash = createHash("sha256");
      let byteLength = 0;
      for (const chunk of clipOf(reel, mebibytes)) {
        hash.update(chunk);
        byteLength += chunk.byteLength;
      }
      return { sha256: hash.digest("hex"), byteLength };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The reel, and free space behind it that players skip. */
function* clipOf(reel: Uint8Array, mebibytes: number): Generator<Uint8Array> {
  yield reel;
  const header = Buffer.from("....free", "latin1");
  header.writeUInt32BE(header.byteLength + mebibytes * mebibyte);
  yield header;
  for (let index = 0; index < mebibytes; index += 1) yield Buffer.alloc(mebibyte, index & 255);
}
