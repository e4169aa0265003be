import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { initSync, loadSettings, WasmReader } from "@contentauth/c2pa-wasm";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { createSafelight, defineModel, type ProviderMedia } from "@safelight/server";
import { custom } from "@safelight/server/custom";
import { libsqlStore } from "@safelight/server/libsql";
import { memoryStorage } from "@safelight/server/memory-storage";
import { z } from "zod";
import { signedWith } from "./documented/c2pa.ts";

const red = {
  "image/png":
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAGUlEQVQokWP4z8BAEmIY1cAwGkr/h2vSAACQ+f8BxdOlvwAAAABJRU5ErkJggg==",
  "image/jpeg":
    "/9j/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wAARCAAQABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAf/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAABgj/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCdABykX//Z",
} as const;
type ImageType = keyof typeof red;

/** A blob whose bytes a reader gets at once, as in a web worker. The reader is made for these. */
class ReadableBlob extends Blob {
  readonly content: Uint8Array<ArrayBuffer>;
  constructor(content: Uint8Array<ArrayBuffer>) {
    super([content]);
    this.content = content;
  }
  override slice(start?: number, end?: number): ReadableBlob {
    return new ReadableBlob(this.content.slice(start, end));
  }
}
Object.assign(globalThis, {
  FileReaderSync: class {
    readAsArrayBuffer(blob: ReadableBlob): ArrayBuffer {
      return blob.content.slice().buffer;
    }
  },
});

const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const newKeys = () => crypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
const [issuerKeys, keys] = [await newKeys(), await newKeys()];
const [notBefore, notAfter] = [new Date(Date.now() - 60_000), new Date(Date.now() + 86_400_000)];
const issuer = await X509CertificateGenerator.createSelfSigned({
  name: "CN=Issuer of the test, O=Test",
  keys: issuerKeys,
  ...{ notBefore, notAfter, signingAlgorithm: ecdsa, serialNumber: "01" },
  extensions: [
    new BasicConstraintsExtension(true, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    await SubjectKeyIdentifierExtension.create(issuerKeys.publicKey),
  ],
});
const emailProtection = "1.3.6.1.5.5.7.3.4";
const certificate = await X509CertificateGenerator.create({
  subject: "CN=Acme Studio, O=Acme",
  issuer: issuer.subject,
  publicKey: keys.publicKey,
  signingKey: issuerKeys.privateKey,
  ...{ notBefore, notAfter, signingAlgorithm: ecdsa, serialNumber: "02" },
  extensions: [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([emailProtection]),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
    await AuthorityKeyIdentifierExtension.create(issuerKeys.publicKey),
  ],
});

/** The manifests of a file, as another program reads and verifies them. */
async function read(bytes: Uint8Array<ArrayBuffer>, type: ImageType) {
  const reader = await WasmReader.fromBlob(type, new ReadableBlob(bytes));
  return JSON.parse(reader.json());
}

/** Runs a generation whose vendor returns this file, and returns the stored file with its marks. */
async function store(file: ProviderMedia) {
  const memory = memoryStorage();
  const files: Uint8Array<ArrayBuffer>[] = [];
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const key = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const safelight = createSafelight({
    store: libsqlStore({ url: "file:c2pa.db" }),
    storage: {
      ...memory,
      put: async (name, body, options) => {
        files.push(new Uint8Array(await body.arrayBuffer()));
        await memory.put(name, body, options);
      },
    },
    identify: () => ({ ownerId: "ann" }),
    models: {
      poster: defineModel({
        provider: custom({ id: "vendor", run: async () => [file] }),
        input: z.object({ prompt: z.string() }),
        credits: 1,
      }),
    },
    credits: { initialGrant: 10 },
    hooks: { onCompleted: () => end() },
    provenance: {
      system: "Acme Studio",
      ...(await signedWith([certificate.toString("pem"), issuer.toString("pem")], key)),
    },
  });
  safelight.worker.start();
  const { generation } = await safelight.api.submit({ ownerId: "ann" }, "poster", { prompt: "a lake" });
  await ended;
  const result = await safelight.api.get({ ownerId: "ann" }, generation.id);
  await safelight.close();
  assert(result.status === "completed");
  assert.equal(files.length, 1);
  return { bytes: files[0] ?? new Uint8Array(), provenance: result.outputs[0]?.provenance };
}

describe("signed files", () => {
  before(async () => {
    const wasm = fileURLToPath(import.meta.resolve("@contentauth/c2pa-wasm/c2pa.wasm"));
    initSync({ module: await readFile(wasm) });
  });
  after(async () => {
    for (const suffix of ["", "-wal", "-shm"]) await rm(`c2pa.db${suffix}`, { force: true });
  });

  for (const contentType of ["image/png", "image/jpeg"] as const) {
    test(`are valid for another reader, and pass unchanged the next time: ${contentType}`, async () => {
      const original = Uint8Array.from(Buffer.from(red[contentType], "base64"));
      const { bytes, provenance } = await store({ bytes: original, contentType });
      assert.deepEqual(provenance, { digitalSourceType: "trainedAlgorithmicMedia", c2pa: true, marked: true });
      const report = await read(bytes, contentType);
      assert.equal(report.validation_state, "Valid");
      assert.deepEqual(
        report.validation_status.map(({ code }: { code: string }) => code),
        ["signingCredential.untrusted"],
      );
      const { assertions, signature_info } = report.manifests[report.active_manifest];
      assert.equal(signature_info.common_name, "Acme Studio");
      assert.equal(
        assertions[0].data.actions[0].digitalSourceType,
        "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
      );

      const changed = bytes.slice();
      // In the pixels, at the end of the file.
      changed[changed.length - 20] = (changed[changed.length - 20] ?? 0) ^ 1;
      assert.equal((await read(changed, contentType)).validation_state, "Invalid");

      // As if a vendor had signed it: another signature would replace the vendor's.
      const again = await store({ bytes, contentType });
      assert.equal(sha256(again.bytes), sha256(bytes));
      assert.equal(again.provenance?.c2pa, true);
    });
  }

  test("are trusted by those who trust the issuer", async () => {
    const { bytes } = await store({
      bytes: Uint8Array.from(Buffer.from(red["image/png"], "base64")),
      contentType: "image/png",
    });
    loadSettings(JSON.stringify({ trust: { trust_anchors: issuer.toString("pem") }, verify: { verify_trust: true } }));
    assert.equal((await read(bytes, "image/png")).validation_state, "Trusted");
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
