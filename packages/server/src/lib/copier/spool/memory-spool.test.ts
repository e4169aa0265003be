import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it, vi } from "vitest";
import { memorySpool } from "./memory-spool.js";

/** The `DigestStream` of Cloudflare Workers, on a hash of Node.js. */
class NodeDigestStream extends WritableStream<Uint8Array> {
  readonly digest: Promise<ArrayBuffer>;

  constructor(algorithm: "SHA-256") {
    const hash = createHash(algorithm);
    let resolve: (digest: ArrayBuffer) => void = () => undefined;
    super({ write: (chunk) => void hash.update(chunk), close: () => resolve(new Uint8Array(hash.digest()).buffer) });
    this.digest = new Promise((settle) => {
      resolve = settle;
    });
  }
}

const bytes = new Uint8Array(3_000_000).map((_, at) => (at * 31 + (at >> 8)) & 0xff);

async function* inChunks(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield* inChunks();
  throw new Error("The stream failed.");
}

describe.each([
  ["with DigestStream", { DigestStream: NodeDigestStream }],
  ["without DigestStream", {}],
])("memorySpool %s", (_, given) => {
  it("returns the bytes and their hash", async () => {
    const { body, sha256 } = await memorySpool(given).buffer(inChunks());
    expect(sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(Buffer.from(await body.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it("throws the error of the body", async () => {
    await expect(memorySpool(given).buffer(failing())).rejects.toThrow("The stream failed.");
  });
});

it("keeps no block beside the body that consists of them", async () => {
  const blobs: WeakRef<Blob>[] = [];
  class WatchedBlob extends Blob {
    constructor(...parts: ConstructorParameters<typeof Blob>) {
      super(...parts);
      blobs.push(new WeakRef(this));
    }
  }
  vi.stubGlobal("Blob", WatchedBlob);
  const copied = await memorySpool({ DigestStream: NodeDigestStream }).buffer(inChunks());
  vi.unstubAllGlobals();
  await setImmediate();
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const left = blobs.flatMap((blob) => blob.deref() ?? []);
  expect(blobs.length).toBeGreaterThan(2);
  expect(left).toEqual([copied.body]);
});
