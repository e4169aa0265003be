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
  it("requests keys once for concurrent callers", async () => {
    const { vendor, keys } = keeping();
    const answers = await Promise.all([keys.current(), keys.current(), keys.newer("keys 0")]);
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
    expect(await keys.newer("keys 1")).toBeNull();
    vendor.now = 60_000;
    expect(await keys.newer("keys 1")).toBe("keys 2");
    expect(await keys.newer("keys 2")).toBeNull();
    expect(await keys.current()).toBe("keys 2");
  });

  it("returns newer ones to a caller that tried older ones, without a request", async () => {
    const { vendor, keys } = keeping();
    await keys.current();
    vendor.now = 60_000;
    await keys.newer("keys 1");
    expect(await keys.newer("keys 1")).toBe("keys 2");
    expect(vendor.asked).toBe(2);
  });

  it("throws for a minute after a failure, without a request, rather than call a signature forged", async () => {
    const { vendor, keys } = keeping();
    await keys.current();
    Object.assign(vendor, { isDown: true, now: 60_000 });
    await expect(keys.newer("keys 1")).rejects.toThrow("down");
    vendor.isDown = false;
    await expect(keys.newer("keys 1")).rejects.toThrow("down");
    expect(vendor.asked).toBe(2);
    vendor.now += 60_000;
    expect(await keys.newer("keys 1")).toBe("keys 3");
  });

  it("throws if none are known and the vendor is down, and then requests them again", async () => {
    const { vendor, keys } = keeping();
    vendor.isDown = true;
    await expect(keys.current()).rejects.toThrow("down");
    vendor.isDown = false;
    expect(await keys.current()).toBe("keys 2");
  });
});
