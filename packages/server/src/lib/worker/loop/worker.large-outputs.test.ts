import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { scratchSpool } from "../../../../testing/scratch-spool.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import { guardedCopier } from "../../copier/guarded-copier.js";
import { sharpScaler } from "../../media/sharp-scaler.js";
import type { ProviderLink } from "../../ports/provider.js";
import { fileStorage } from "../../storage/file-storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

type Links = readonly ProviderLink[];

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** An image of several megabytes, and a host that serves it. */
async function hosted() {
  const pixels = new Uint8Array(1_500 * 1_000 * 3).map((_, at) => (at * at * 31) % 251);
  const raw = { width: 1_500, height: 1_000, channels: 3 } as const;
  const image = new Uint8Array(await sharp(pixels, { raw }).png({ compressionLevel: 0 }).toBuffer());
  const server = createServer((_, response) => response.end(image));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return { image, origin: typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "" };
}

describe("a worker whose vendor links to a large image", () => {
  it.each([
    ["polls for", (outputs: Links) => scriptedProvider({ poll: [{ type: "done", outputs }] })],
    [
      "receives",
      (outputs: Links) => scriptedProvider({ capabilities: { resumable: false }, submit: [{ type: "done", outputs }] }),
    ],
  ])("stores the images that it %s, with thumbnails, and leaves no temporary file", async (_way, providerOf) => {
    const { image, origin } = await hosted();
    const folder = await tempFolder("large");
    const { left, remove, spool } = await scratchSpool();
    onTestFinished(remove);
    const outputs = [{ url: `${origin}/a.png` }, { url: `${origin}/b.png` }];
    const provider = { ...providerOf(outputs), mediaHosts: [origin] };
    const worker = { copier: guardedCopier({ spool }), scaler: sharpScaler({ logger }), storage: fileStorage(folder) };
    await bench({ provider, worker }, async (given) => {
      const generation = await given.runTo(await given.submit({ requestedOutputs: 2 }));
      const sha256 = createHash("sha256").update(image).digest("hex");
      const expected = { sha256, byteLength: image.byteLength, width: 1_500, height: 1_000 };
      const thumbnail = { width: 512, height: 341 };
      expect(generation).toMatchObject({
        state: "completed",
        outputs: [
          { ...expected, thumbnail },
          { ...expected, thumbnail },
        ],
      });
      const stored = await given.stored(generation.outputs[1]?.storageKey);
      expect(Buffer.from(stored ?? []).equals(image)).toBe(true);
      expect(await left()).toEqual([]);
    })();
  });
});
