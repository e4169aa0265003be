import { createHash } from "node:crypto";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { until } from "../../../../testing/blocking-call.js";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyMp4, tinyWebm } from "../../../../testing/media/tiny-media.js";
import { avifSequence } from "../../../../testing/provenance/avif-fixtures.js";
import { mediaFixtures, withC2pa, withXmp } from "../../../../testing/provenance/media-fixtures.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import { sharpScaler } from "../../media/sharp-scaler.js";
import type { MarkFacts, Marking } from "../../ports/mark.js";
import type { OperationStatus, ProviderMedia } from "../../ports/provider.js";
import { iptcMark } from "../../provenance/iptc-mark.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const marking: Marking = { mark: iptcMark(), system: null };
const fixtures = await mediaFixtures();
const images = fixtures.filter(({ contentType }) => contentType.startsWith("image/"));
const finished = (...outputs: ProviderMedia[]): OperationStatus => ({ type: "done", outputs });
const [png = { bytes: new Uint8Array(), contentType: "" }] = images;
const pixelsOf = (bytes: Uint8Array | null) =>
  sharp(bytes ?? new Uint8Array(), { animated: true })
    .raw()
    .toBuffer();
/** An AVIF sequence whose metadata became free space. */
const withoutImage = Uint8Array.from(avifSequence);
withoutImage.set(Buffer.from("free"), Buffer.from(avifSequence).indexOf("meta"));
const textOf = (bytes: Uint8Array | null) => Buffer.from(bytes ?? []).toString("latin1");

const rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"';
/** A valid packet with more `<` than are read. */
const hugePacket = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${rdf}><!--${"<".repeat(20_000)}--></rdf:RDF></x:xmpmeta>`;
const typesOfTruncated = new Set(["image/png", "image/webp", "image/gif", "video/mp4", "video/quicktime", "audio/mp4"]);

/** Of each format with a mark: a truncated file, and one whose packet is hostile. */
async function hostileFiles() {
  const clips = [
    { name: "an MP4", contentType: "video/mp4", bytes: tinyMp4() },
    { name: "a MOV", contentType: "video/quicktime", bytes: tinyMp4({ brand: "qt  " }) },
  ];
  const sound = fixtures.filter(({ contentType }) => contentType === "audio/mp4");
  const openAvif = fixtures.filter(({ name }) => name === "an AVIF with an open last box");
  const all = [...images, ...clips, ...sound];
  const whole = [...new Map(all.map((file) => [file.contentType, file])).values()];
  const truncated = [...whole.filter(({ contentType }) => typesOfTruncated.has(contentType)), ...openAvif];
  const packets = whole.map(async ({ name, contentType, bytes }) => ({
    ...{ name: `${name} with a huge packet`, contentType },
    bytes: await withXmp(bytes, contentType, hugePacket),
  }));
  return [
    ...truncated.map((file) => ({ ...file, name: `${file.name}, truncated`, bytes: file.bytes.slice(0, -20) })),
    ...(await Promise.all(packets)),
    { name: "a sequence without an image", contentType: "image/avif", bytes: withoutImage },
  ];
}

describe("a worker that marks outputs", () => {
  it("stores each format with the mark, and hash and size of the marked file", async () => {
    const provider = scriptedProvider({ poll: [finished(...images)] });
    await bench({ provider, worker: { marking } }, async (given) => {
      const id = await given.submit({ requestedOutputs: images.length });
      const { outputs } = await given.runTo(id);
      expect(outputs).toHaveLength(images.length);
      for (const { byteLength, contentType, index, provenance, sha256, storageKey } of outputs) {
        const bytes = await given.stored(storageKey);
        expect(byteLength).toBe(bytes?.byteLength);
        expect(sha256).toBe(
          createHash("sha256")
            .update(bytes ?? "")
            .digest("hex"),
        );
        expect(contentType).toBe(images[index]?.contentType);
        expect(await pixelsOf(bytes)).toEqual(await pixelsOf(images[index]?.bytes ?? null));
        expect(textOf(bytes)).toContain("digitalsourcetype/trainedAlgorithmicMedia");
        expect(textOf(bytes)).toContain(`xmpMM:DocumentID="${id}"`);
        expect(textOf(bytes)).toContain('AISystemUsed="demo"');
        expect(provenance).toEqual({ digitalSourceType: "trainedAlgorithmicMedia", c2pa: false, marked: true });
      }
    })();
  });

  it("names the source of an edit of an uploaded image, and the declared one of the provider", async () => {
    const reference = "inp_01890a5d-ac96-774b-bcce-b302099a8057";
    const scripted = scriptedProvider({ poll: [finished(png)] });
    const types: string[] = [];
    for (const provider of [scripted, { ...scripted, digitalSourceType: "algorithmicMedia" } as const]) {
      await bench({ provider, worker: { marking } }, async (given) => {
        const { outputs } = await given.runTo(await given.submit({ parsedInput: { prompt: "", image: reference } }));
        types.push(outputs[0]?.provenance?.digitalSourceType ?? "none");
      })();
    }
    expect(types).toEqual(["compositeWithTrainedAlgorithmicMedia", "algorithmicMedia"]);
  });

  it("states no prompt, owner or account, and passes none to the mark", async () => {
    const facts: MarkFacts[] = [];
    const mark = iptcMark();
    const spied: Marking = {
      system: "Acme",
      mark: (file, each) => {
        facts.push(each);
        return mark(file, each);
      },
    };
    const provider = scriptedProvider({ poll: [finished(png)] });
    await bench({ provider, worker: { marking: spied } }, async (given) => {
      const { outputs } = await given.runTo(await given.submit({ input: { prompt: "a secret lake" } }));
      const text = textOf(await given.stored(outputs[0]?.storageKey));
      expect(text).toContain('AISystemUsed="Acme"');
      for (const secret of ["secret lake", "ada"]) {
        expect(text).not.toContain(secret);
        expect(JSON.stringify(facts)).not.toContain(secret);
      }
    })();
  });

  it("stores files with a C2PA manifest to the byte", async () => {
    const signed = images.map(({ bytes, contentType }) => ({ bytes: withC2pa(bytes, contentType), contentType }));
    const provider = scriptedProvider({ poll: [finished(...signed)] });
    await bench({ provider, worker: { marking } }, async (given) => {
      const { outputs } = await given.runTo(await given.submit({ requestedOutputs: signed.length }));
      expect(outputs).toHaveLength(signed.length);
      for (const { index, provenance, storageKey } of outputs) {
        expect(await given.stored(storageKey)).toEqual(signed[index]?.bytes);
        expect(provenance).toMatchObject({ c2pa: true, marked: false });
      }
    })();
  });

  it("marks thumbnails, also of a file with a C2PA manifest", async () => {
    const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
    const create = { width: 800, height: 600, channels: 3, background: "gray", noise } as const;
    const bytes = withC2pa(new Uint8Array(await sharp({ create }).png().toBuffer()), "image/png");
    const provider = scriptedProvider({ poll: [finished({ bytes, contentType: "image/png" })] });
    const scaler = sharpScaler({ logger: console });
    await bench({ provider, worker: { marking, scaler } }, async (given) => {
      const { outputs } = await given.runTo(await given.submit());
      const thumbnail = await given.stored(outputs[0]?.thumbnail?.storageKey);
      expect(textOf(thumbnail)).toContain("trainedAlgorithmicMedia");
      expect(outputs[0]?.thumbnail?.byteLength).toBe(thumbnail?.byteLength);
    })();
  });

  it.for<readonly [string, Marking["mark"]]>([
    ["throws", () => Promise.reject(new Error("no certificate"))],
    ["returns another image", async () => new Blob([new Uint8Array(images[3]?.bytes ?? [])])],
    ["returns no image", async () => new Blob(["<svg/>"])],
    // As a host in JavaScript may.
    ["returns no Blob", async () => undefined as unknown as Blob],
    ["adds too many bytes", async (file) => new Blob([file, new Uint8Array(5_000_000)])],
  ])("stores and logs an output without a mark when the mark %s", async ([, mark]) => {
    const provider = scriptedProvider({ poll: [finished(png)] });
    await bench({ provider, worker: { marking: { mark, system: null } } }, async (given) => {
      const { outputs, refundedCredits, state } = await given.runTo(await given.submit());
      expect([state, refundedCredits]).toEqual(["completed", 0]);
      expect(await given.stored(outputs[0]?.storageKey)).toEqual(png.bytes);
      expect(outputs[0]?.provenance).toMatchObject({ marked: false });
      expect(given.log).toEqual(["warn A file is stored without a mark of its source."]);
    })();
  });

  it("does not wait longer than 30 seconds for a mark", async () => {
    let calls = 0;
    const mark = () => new Promise<Blob>(() => (calls += 1));
    const provider = scriptedProvider({ poll: [finished(png)] });
    await bench({ provider, worker: { marking: { mark, system: null } } }, async (given) => {
      const ending = given.runTo(await given.submit());
      await until(given, async () => calls === 1);
      await given.clock.advance(30_000);
      expect((await ending).state).toBe("completed");
    })();
  });

  it("stores every output within a lease when no mark responds", async () => {
    const mark = () => new Promise<Blob>(() => {});
    const outputs = Array.from({ length: 12 }, () => png);
    const provider = scriptedProvider({ poll: [finished(...outputs)] });
    await bench({ provider, worker: { marking: { mark, system: null } } }, async (given) => {
      const ending = given.runTo(await given.submit({ requestedOutputs: outputs.length }));
      let isOver = false;
      void ending.finally(() => {
        isOver = true;
      });
      await until(given, async () => {
        await given.clock.advance(1_000);
        return isOver;
      });
      const { outputs: stored, state } = await ending;
      expect([state, stored.length, provider.polls.length]).toEqual(["completed", outputs.length, 1]);
    })();
  });

  it.each(["image", "video", "audio"] as const)("stores hostile files of the kind %s without a mark", async (kind) => {
    const hostile = (await hostileFiles()).filter(({ contentType }) => contentType.startsWith(kind));
    const provider = scriptedProvider({ poll: [finished(...hostile)] });
    await bench({ provider, worker: { marking } }, async (given) => {
      const id = await given.submit({ requestedOutputs: hostile.length, kind });
      const { outputs, refundedCredits, state } = await given.runTo(id);
      expect([state, refundedCredits, outputs.length]).toEqual(["completed", 0, hostile.length]);
      for (const { contentType, index, provenance, storageKey } of outputs) {
        const file = hostile[index];
        expect([contentType, provenance?.marked], file?.name).toEqual([file?.contentType, false]);
        expect(await given.stored(storageKey), file?.name).toEqual(file?.bytes);
      }
      expect(given.log).toHaveLength(hostile.length);
    })();
  });

  it("marks a truncated JPEG, whose metadata is at its start", async () => {
    const jpeg = images.find(({ contentType }) => contentType === "image/jpeg") ?? png;
    const provider = scriptedProvider({ poll: [finished({ ...jpeg, bytes: jpeg.bytes.slice(0, -20) })] });
    await bench({ provider, worker: { marking } }, async (given) => {
      const { outputs } = await given.runTo(await given.submit());
      expect(outputs.map(({ provenance }) => provenance?.marked)).toEqual([true]);
    })();
  });

  it("logs a type without a place for the mark once", async () => {
    const webm = { bytes: tinyWebm(), contentType: "video/webm" };
    const provider = scriptedProvider({ poll: [finished(webm, webm)] });
    await bench({ provider, worker: { marking } }, async (given) => {
      const { outputs } = await given.runTo(await given.submit({ requestedOutputs: 2, kind: "video" }));
      expect(outputs.map(({ provenance }) => provenance?.marked)).toEqual([false, false]);
      expect(given.log).toHaveLength(1);
    })();
  });

  it("stores the same file again when storing is repeated", async () => {
    const storage = memoryStorage();
    const keys: string[] = [];
    const put: typeof storage.put = (key, ...object) => {
      keys.push(key);
      return keys.length === 1 ? Promise.reject(new Error("no space left on device")) : storage.put(key, ...object);
    };
    const provider = scriptedProvider({ poll: [finished(png)] });
    await bench({ provider, worker: { marking, storage: { ...storage, put } } }, async (given) => {
      expect((await given.runTo(await given.submit())).state).toBe("completed");
      expect(keys).toHaveLength(2);
      expect(new Set(keys).size).toBe(1);
    })();
  });

  it("leaves each byte without the option", async () => {
    const provider = scriptedProvider({ poll: [finished(png)] });
    await bench({ provider }, async (given) => {
      const { outputs } = await given.runTo(await given.submit());
      expect(await given.stored(outputs[0]?.storageKey)).toEqual(png.bytes);
      expect(outputs[0]?.provenance).toBeNull();
    })();
  });
});
