import { describe, expect, it } from "vitest";
import { createCachedKeys } from "./cached-keys.js";

const dayMs = 86_400_000;

/** A vendor that numbers its keys, and a clock that the test moves. */
function keeping() {
  const vendor = { requested: 0, isDown: false, now: 0 };
  const fetchKeys = async (): Promise<string> => {
    vendor.requested += 1;
    if (vendor.isDown) throw new Error("The vendor is down.");
    return `keys ${vendor.requested}`;
  };
  return { vendor, keys: createCachedKeys({ fetchKeys, now: () => vendor.now }) };
}

describe("createCachedKeys", () => {
  it("requests keys once for concurrent callers", async () => {
    const { vendor, keys } = keeping();
    const read = await Promise.all([keys.current(), keys.current(), keys.newer("keys 0")]);
    expect(read).toEqual(["keys 1", "keys 1", "keys 1"]);
    expect(vendor.requested).toBe(1);
  });

  it("caches keys for a day", async () => {
    const { vendor, keys } = keeping();
    await keys.current();
    vendor.now = dayMs - 1;
    expect(await keys.current()).toBe("keys 1");
    vendor.now = dayMs;
    expect(await keys.current()).toBe("keys 2");
  });

  it("refreshes keys when the clock was set back", async () => {
    const { vendor, keys } = keeping();
    await keys.current();
    vendor.now = -365 * dayMs;
    expect(await keys.current()).toBe("keys 2");
  });

  it("keeps expired keys while the vendor is down, and retries once a minute", async () => {
    const { vendor, keys } = keeping();
    await keys.current();
    Object.assign(vendor, { isDown: true, now: dayMs });
    expect(await keys.current()).toBe("keys 1");
    expect(await keys.current()).toBe("keys 1");
    expect(vendor.requested).toBe(2);
    vendor.now += 60_000;
    expect(await keys.current()).toBe("keys 1");
    expect(vendor.requested).toBe(3);
  });

  it("requests newer keys at most once a minute", async () => {
    const { vendor, keys } = keeping();
    await keys.current();
    expect(await keys.newer("keys 1")).toBeNull();
    vendor.now = 60_000;
    expect(await keys.newer("keys 1")).toBe("keys 2");
    expect(await keys.newer("keys 2")).toBeNull();
    expect(await keys.current()).toBe("keys 2");
  });

  it("returns newer keys without a request to a caller that tried older ones", async () => {
    const { vendor, keys } = keeping();
    await keys.current();
    vendor.now = 60_000;
    await keys.newer("keys 1");
    expect(await keys.newer("keys 1")).toBe("keys 2");
    expect(vendor.requested).toBe(2);
  });

  it("throws without a request for a minute after a failure, rather than report a signature as forged", async () => {
    const { vendor, keys } = keeping();
    await keys.current();
    Object.assign(vendor, { isDown: true, now: 60_000 });
    await expect(keys.newer("keys 1")).rejects.toThrow("down");
    vendor.isDown = false;
    await expect(keys.newer("keys 1")).rejects.toThrow("down");
    expect(vendor.requested).toBe(2);
    vendor.now += 60_000;
    expect(await keys.newer("keys 1")).toBe("keys 3");
  });

  it("throws if no keys are cached and the vendor is down, and requests them again on the next call", async () => {
    const { vendor, keys } = keeping();
    vendor.isDown = true;
    await expect(keys.current()).rejects.toThrow("down");
    vendor.isDown = false;
    expect(await keys.current()).toBe("keys 2");
  });
});
