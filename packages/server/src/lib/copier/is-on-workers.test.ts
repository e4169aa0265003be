import { afterEach, describe, expect, it, vi } from "vitest";
import { guardedCopier } from "./guarded-copier.js";
import { isOnWorkers } from "./is-on-workers.js";

const navigator = { userAgent: "Cloudflare-Workers" };

afterEach(() => vi.unstubAllGlobals());

describe("isOnWorkers", () => {
  it.each([
    ["without the modules of Node", { navigator }],
    ["with them", { navigator, process: { versions: { uv: "" } } }],
    ["with some of them", { navigator, process: {} }],
  ])("knows Workers %s", (_, runtime) => {
    expect(isOnWorkers(runtime)).toBe(true);
  });

  it.each([
    ["Node", globalThis],
    ["Node under its name", { navigator, process }],
    ["a browser", { navigator: { userAgent: "Mozilla/5.0" } }],
    ["nobody", {}],
  ])("takes %s for none", (_, runtime) => {
    expect(isOnWorkers(runtime)).toBe(false);
  });
});

describe("guardedCopier, where somebody pretends to be Workers", () => {
  it("checks addresses all the same", async () => {
    vi.stubGlobal("navigator", navigator);
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
