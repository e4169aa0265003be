import { describe, expect, it } from "vitest";
import { createKeptKeys } from "./kept-keys.js";

const dayMs = 86_400_000;

/** A vendor that numbers its keys, and a time that a test moves. */
function keeping() {
  const vendor = { asked: 0, isDown: false, now: 0 };
  const ask = async (): Promise<string> => {
    vendor.asked += 1;
    if (vendor.isDown) throw new Error("The vendor is down.");
    return `keys ${vendor.asked}`;
  };
  return { vendor, keys: createKeptKeys({ ask, now: () => vendor.now }) };
}

describe("createKeptKeys", () => {
  it("asks once for a crowd, whether it wants known keys or newer ones", async () => {
    const { vendor, keys } = keeping();
    const answers = await Promise.all([keys.current(), keys.current(), keys.newer()]);
    expect(answers).toEqual(["keys 1", "keys 1", "keys 1"]);
    expect(vendor.asked).toBe(1);
  });

  it("keeps them for a day", async () => {
    const { vendor, keys } = keeping();
    await keys.current();
    vendor.now = dayMs - 1;
    expect(await keys.current()).toBe("keys 1");
    vendor.now = dayMs;
    expect(await keys.current()).toBe("keys 2");
  });

  it("keeps them longer while the vendor is down, which it tries once a minute", async () => {
    const { vendor, keys } = keeping();
    await keys.current();
    Object.assign(vendor, { isDown: true, now: dayMs });
    expect(await keys.current()).toBe("keys 1");
    expect(await keys.current()).toBe("keys 1");
    expect(vendor.asked).toBe(2);
    vendor.now += 60_000;
    expect(await keys.current()).toBe("keys 1");
    expect(vendor.asked).toBe(3);
  });

  it("gets newer ones at most once a minute", async () => {
    const { vendor, keys } = keeping();
    await keys.current();
    expect(await keys.newer()).toBeNull();
    vendor.now = 60_000;
    expect(await keys.newer()).toBe("keys 2");
    expect(await keys.newer()).toBeNull();
    expect(await keys.current()).toBe("keys 2");
  });

  it("has none to give where none are known and none are to be had", async () => {
    const { vendor, keys } = keeping();
    vendor.isDown = true;
    await expect(keys.current()).rejects.toThrow("down");
    vendor.isDown = false;
    expect(await keys.current()).toBe("keys 2");
  });
});
