import { toHex } from "../../bytes/hex.js";
import { sha256Hex } from "../../bytes/sha256-hex.js";
import type { Spool } from "../../ports/body-spool.js";
import { bufferStream } from "./buffer-stream.js";
import { memorySink } from "./memory-sink.js";
import type { IncrementalHash } from "./spool.js";

/** An extension of Web Crypto in Cloudflare Workers. */
interface DigestStream extends WritableStream<Uint8Array> {
  readonly digest: Promise<ArrayBuffer>;
}

/** The incremental hash of Web Crypto, where the runtime has one. */
export interface DigestCrypto extends Partial<Crypto> {
  readonly DigestStream?: new (algorithm: "SHA-256") => DigestStream;
}

/** Keeps bodies in memory, for runtimes without files. */
export function memorySpool(crypto: DigestCrypto): Spool {
  const openSink = async () => memorySink(Number.POSITIVE_INFINITY);
  return { buffer: (chunks) => bufferStream(chunks, { hash: hashWith(crypto), openSink }) };
}

/** @see https://developers.cloudflare.com/workers/runtime-apis/web-crypto/#constructors, 2026-11 */
function hashWith({ DigestStream }: DigestCrypto): IncrementalHash {
  if (DigestStream === undefined) {
    return {
      update: () => undefined,
      digest: async (body) => sha256Hex(new Uint8Array(await body.arrayBuffer())),
    };
  }
  const stream = new DigestStream("SHA-256");
  const writer = stream.getWriter();
  return {
    update: (bytes) => writer.write(bytes),
    digest: async () => {
      await writer.close();
      return toHex(new Uint8Array(await stream.digest));
    },
  };
}
