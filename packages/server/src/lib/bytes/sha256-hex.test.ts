import { describe, expect, it } from "vitest";
import { sha256Hex } from "./sha256-hex.js";

describe("sha256Hex", () => {
  // The test vector of NIST, FIPS 180-4.
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  it("hashes a short input synchronously, with the same result as WebCrypto", async () => {
    const bytes = new TextEncoder().encode("abc");
    expect(await sha256Hex(bytes)).toBe(abc);
    expect(await sha256Hex(bytes, null)).toBe(abc);
    expect(await sha256Hex(bytes, { sha256: () => "at once" })).toBe("at once");
  });

  it("hashes a long input on another thread", async () => {
    const quick = { sha256: () => "at once" };
    expect(await sha256Hex(new Uint8Array(65_536), quick)).toBe("at once");
    expect(await sha256Hex(new Uint8Array(65_537), quick)).toMatch(/^[0-9a-f]{64}$/);
  });
});
