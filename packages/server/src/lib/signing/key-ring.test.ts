import { describe, expect, it } from "vitest";
import { createKeyRing } from "./key-ring.js";

const ringOf = (...secrets: string[]) => createKeyRing(async () => secrets);

describe("createKeyRing", () => {
  it("verifies its own signatures and no others", async () => {
    const ring = ringOf("one");
    const signature = await ring.sign("media-url", "a text");
    expect(signature).toMatch(/^[\w-]{43}$/);
    expect(await ring.verify("media-url", { text: "a text", signature })).toBe(true);
    expect(await ring.verify("media-url", { text: "another text", signature })).toBe(false);
    for (const forged of ["", "A", `${signature}A`, signature.slice(1), "é", "=".repeat(43)]) {
      expect(await ring.verify("media-url", { text: "a text", signature: forged })).toBe(false);
    }
  });

  it("signs the same with WebCrypto only", async () => {
    const slow = createKeyRing(async () => ["one"], null);
    const signature = await slow.sign("media-url", "a text: ä");
    expect(await ringOf("one").sign("media-url", "a text: ä")).toBe(signature);
    expect(await slow.verify("media-url", { text: "a text: ä", signature })).toBe(true);
    // URLs that browsers hold must stay valid after an upgrade.
    expect(await slow.sign("owner-tag", "ada")).toBe("aBOpho7L71g8TiWSRDvJgbGBn-BcGLv7WbFjOvKRY1k");
  });

  it("derives different keys for different purposes", async () => {
    const ring = ringOf("one");
    const signature = await ring.sign("owner-tag", "a text");
    expect(await ring.verify("media-url", { text: "a text", signature })).toBe(false);
  });

  it("signs with the first secret and verifies with all of them", async () => {
    const old = await ringOf("old").sign("media-url", "a text");
    const rotated = ringOf("new", "old");
    expect(await rotated.verify("media-url", { text: "a text", signature: old })).toBe(true);
    expect(
      await ringOf("new").verify("media-url", { text: "a text", signature: await rotated.sign("media-url", "a text") }),
    ).toBe(true);
    expect(await ringOf("new").verify("media-url", { text: "a text", signature: old })).toBe(false);
  });

  it("reads the secrets again after a failed read", async () => {
    let attempts = 0;
    const ring = createKeyRing(async () => {
      attempts += 1;
      if (attempts === 1) throw new Error("busy");
      return ["one"];
    });
    await expect(ring.sign("media-url", "a text")).rejects.toThrow("busy");
    await ring.sign("media-url", "a text");
    await ring.sign("media-url", "a text");
    expect(attempts).toBe(2);
  });
});
