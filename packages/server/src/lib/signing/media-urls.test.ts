import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../testing/fakes/fake-clock.js";
import { createKeyRing, type KeyRing } from "./key-ring.js";
import { createMediaUrls, type MediaTarget } from "./media-urls.js";

const id = "gen_01900000-0000-7000-8000-00000000ffff";
const target: MediaTarget = { id, part: 0 };

function subject(keyRing: KeyRing = createKeyRing(async () => ["a secret"])) {
  const clock = fakeClock(1_800_000_000_000);
  return { clock, urls: createMediaUrls({ base: "/api/generations", keyRing, clock }) };
}

function queryOf(url: string): { readonly expires: string; readonly signature: string } {
  const { searchParams } = new URL(url, "http://localhost");
  return { expires: searchParams.get("expires") ?? "", signature: searchParams.get("signature") ?? "" };
}

describe("createMediaUrls", () => {
  it("creates URLs of each file, with `of` when given", async () => {
    const { urls } = subject();
    expect(await urls.urlOf(target)).toMatch(`/api/generations/${id}/outputs/0?expires=1800000900&signature=`);
    expect(await urls.urlOf({ ...target, part: "preview" }, { of: "x1" })).toMatch(
      new RegExp(`/${id}/preview\\?expires=\\d+&signature=[\\w-]+&of=x1$`),
    );
  });

  it("signs an output and its thumbnail separately", async () => {
    const { urls } = subject();
    const url = await urls.urlOf({ ...target, variant: "thumbnail" });
    expect(url).toMatch(`/api/generations/${id}/outputs/0/thumbnail?expires=1800000900&signature=`);
    expect(await urls.verify({ ...target, variant: "thumbnail" }, queryOf(url))).toBe(true);
    expect(await urls.verify({ ...target, part: 1, variant: "thumbnail" }, queryOf(url))).toBe(false);
    expect(await urls.verify(target, queryOf(url))).toBe(false);
  });

  it("expires in 10 to 15 minutes and returns the same URL for 5", async () => {
    const { clock, urls } = subject();
    const first = await urls.urlOf(target);
    for (const [afterMs, leftMs] of [
      [0, 900_000],
      [299_999, 600_001],
    ] as const) {
      clock.skip(afterMs);
      expect(urls.expiresAt() - clock.now()).toBe(leftMs);
      expect(await urls.urlOf(target)).toBe(first);
    }
    clock.skip(1);
    expect(await urls.urlOf(target)).not.toBe(first);
    expect(urls.expiresAt() - clock.now()).toBe(900_000);
  });

  it("verifies until the expiry, and for its own target only", async () => {
    const { clock, urls } = subject();
    const query = queryOf(await urls.urlOf(target));
    expect(await urls.verify(target, query)).toBe(true);
    expect(await urls.verify({ ...target, part: 1 }, query)).toBe(false);
    expect(await urls.verify({ ...target, part: "preview" }, query)).toBe(false);
    expect(await urls.verify({ ...target, variant: "thumbnail" }, query)).toBe(false);
    expect(await urls.verify({ ...target, id: id.replace("f", "e") }, query)).toBe(false);
    expect(await urls.verify(target, { ...query, expires: `0${query.expires}` })).toBe(false);
    for (const expires of ["", "x", "-1", "1e12", "9".repeat(13)]) {
      expect(await urls.verify(target, { ...query, expires })).toBe(false);
    }
    clock.skip(899_999);
    expect(await urls.verify(target, query)).toBe(true);
    clock.skip(1);
    expect(await urls.verify(target, query)).toBe(false);
  });

  it("refuses an expiry that only a clock far ahead can have signed", async () => {
    const { clock, urls } = subject();
    const query = async (leftMs: number) => queryOf(await urls.urlOf(target, { expiresAt: clock.now() + leftMs }));
    expect(await urls.verify(target, await query(7_200_000))).toBe(true);
    expect(await urls.verify(target, await query(7_201_000))).toBe(false);
    expect(await urls.verify(target, await query(365 * 86_400_000))).toBe(false);
  });

  it("caches the signature of a URL", async () => {
    let signed = 0;
    const real = createKeyRing(async () => ["a secret"]);
    const { urls } = subject({
      ...real,
      sign: (purpose, text) => {
        signed += 1;
        return real.sign(purpose, text);
      },
    });
    await urls.urlOf(target);
    await urls.urlOf(target);
    await urls.urlOf({ ...target, part: 1 });
    expect(signed).toBe(2);
  });

  it("signs again after a failed signature", async () => {
    let attempts = 0;
    const real = createKeyRing(async () => ["a secret"]);
    const { urls } = subject({
      ...real,
      sign: async (purpose, text) => {
        attempts += 1;
        if (attempts === 1) throw new Error("busy");
        return real.sign(purpose, text);
      },
    });
    await expect(urls.urlOf(target)).rejects.toThrow("busy");
    expect(await urls.verify(target, queryOf(await urls.urlOf(target)))).toBe(true);
  });
});
