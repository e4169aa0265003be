import { bufferStream } from "./buffer-stream.js";
import { memorySink } from "./memory-sink.js";
import type { IncrementalHash, Spool } from "./spool.js";

/** An extension of Web Crypto in Cloudflare Workers. */
interface DigestStream extends WritableStream<Uint8Array> {
  readonly digest: Promise<ArrayBuffer>;
}

/** Web Crypto, with an incremental hash where the runtime has one. */
export interface DigestCrypto {
  readonly subtle: Pick<SubtleCrypto, "digest">;
  readonly DigestStream?: new (algorithm: "SHA-256") => DigestStream;
}

/** Keeps bodies in memory, for runtimes without files. */
export function memorySpool(crypto: DigestCrypto): Spool {
  const openSink = async () => memorySink(Number.POSITIVE_INFINITY);
  return { buffer: (chunks) => bufferStream(chunks, { hash: hashWith(crypto), openSink }) };
}

/** @see https://developers.cloudflare.com/workers/runtime-apis/web-crypto/#constructors, 2026-11 */
function hashWith({ DigestStream, subtle }: DigestCrypto): IncrementalHash {
  if (DigestStream === undefined) {
    return {
      update: () => undefined,
      digest: async (body) => toHex(await subtle.digest("SHA-256", await body.arrayBuffer())),
    };
  }
  const stream = new DigestStream("SHA-256");
  const writer = stream.getWriter();
  return {
    update: (bytes) => writer.write(bytes),
    digest: async () => {
      await writer.close();
      return toHex(await stream.digest);
    },
  };
}

function toHex(hash: ArrayBuffer): string {
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
