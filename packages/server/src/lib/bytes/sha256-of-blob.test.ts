import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ReadBlob } from "../../../testing/fakes/read-blob.js";
import { sha256OfBlob } from "./sha256-of-blob.js";

const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
const sha256 = createHash("sha256").update(bytes).digest("hex");

describe("sha256OfBlob", () => {
  it("frees each chunk after it is hashed", async () => {
    const file = new ReadBlob([bytes]);
    expect(await sha256OfBlob(file)).toBe(sha256);
    expect(file.chunks.length).toBeGreaterThan(0);
    expect(file.chunks.map(({ byteLength }) => byteLength)).toEqual(file.chunks.map(() => 0));
  });

  it("leaves a file in memory, and the bytes that it was made of, as they are", async () => {
    const source = bytes.slice();
    const file = new Blob([source]);
    for (const part of [file, file.slice(), new Blob([file])]) expect(await sha256OfBlob(part)).toBe(sha256);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
    expect(source).toEqual(bytes);
  });

  it("hashes a file without synchronous crypto", async () => {
    expect(await sha256OfBlob(new Blob([bytes]), null)).toBe(sha256);
  });
});
