import { afterEach, describe, expect, it, vi } from "vitest";
import { createEntryIds } from "./entry-ids.js";

const entryIds = createEntryIds(async () => "000102030405060708090a0b0c0d0e0f");

describe("public ids of ledger entries", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("decode to the entry and are stable", async () => {
    for (const id of [1, 2, 255, 256, Number.MAX_SAFE_INTEGER]) {
      const text = await entryIds.encode(id);
      expect(text).toMatch(/^led_[\w-]{22}$/);
      expect(await entryIds.decode(text)).toBe(id);
      expect(await entryIds.encode(id)).toBe(text);
    }
  });

  it("are the same on a runtime with WebCrypto only", async () => {
    const web = createEntryIds(async () => "000102030405060708090a0b0c0d0e0f", null);
    for (const id of [1, 256, Number.MAX_SAFE_INTEGER]) {
      const text = await web.encode(id);
      expect(text).toBe(await entryIds.encode(id));
      expect(await web.decode(text)).toBe(id);
    }
    expect(await web.decode(`led_${"A".repeat(22)}`)).toBeNull();
  });

  it("do not wait for the threads of WebCrypto, which file operations that hang may occupy", async () => {
    const hang = () => new Promise<never>(() => {});
    for (const name of ["importKey", "encrypt", "decrypt"] as const)
      vi.spyOn(crypto.subtle, name).mockImplementation(hang);
    const ids = createEntryIds(async () => "000102030405060708090a0b0c0d0e0f");
    expect(await ids.decode(await ids.encode(7))).toBe(7);
  });

  it("differ between databases", async () => {
    const others = createEntryIds(async () => "ffffffffffffffffffffffffffffffff");
    const theirs = await others.encode(1);
    expect(theirs).not.toBe(await entryIds.encode(1));
    expect(await entryIds.decode(theirs)).toBeNull();
  });

  it.each(["", "1", "led_", "led_1", `led_${"A".repeat(22)}`, `led_${"A".repeat(43)}`])("refuse %j", async (text) => {
    expect(await entryIds.decode(text)).toBeNull();
  });

  it("read the key again after a failed read", async () => {
    let tries = 0;
    const ids = createEntryIds(async () => {
      tries += 1;
      if (tries === 1) throw new Error("The database is busy.");
      return "000102030405060708090a0b0c0d0e0f";
    });
    await expect(ids.encode(1)).rejects.toThrow("busy");
    expect(await ids.encode(1)).toBe(await entryIds.encode(1));
  });

  it("do not await a read of the key that another request started", async () => {
    let reads = 0;
    const ids = createEntryIds(() => {
      reads += 1;
      return reads === 1 ? new Promise(() => {}) : Promise.resolve("000102030405060708090a0b0c0d0e0f");
    });
    void ids.encode(1);
    expect(await ids.encode(1)).toBe(await entryIds.encode(1));
    await ids.encode(2);
    expect(reads).toBe(2);
  });
});
