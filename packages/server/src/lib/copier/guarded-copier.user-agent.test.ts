import { afterEach, describe, expect, it, vi } from "vitest";
import { guardedCopier } from "./guarded-copier.js";

describe("guardedCopier with the user agent of Workers in another runtime", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("still checks addresses", async () => {
    vi.stubGlobal("navigator", { userAgent: "Cloudflare-Workers" });
    const fetch = vi.fn();
    vi.stubGlobal("fetch", fetch);
    const resolve = async () => [{ address: "169.254.169.254", family: 4 }];
    const outcome = await guardedCopier({ resolve }).copy({
      url: "https://media.example/a.png",
      hosts: ["media.example"],
      maxBytes: 100,
      signal: new AbortController().signal,
    });
    expect(outcome).toMatchObject({ type: "refused" });
    expect(fetch).not.toHaveBeenCalled();
  });
});
