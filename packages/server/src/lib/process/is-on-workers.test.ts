import { describe, expect, it } from "vitest";
import { isOnWorkers } from "./is-on-workers.js";

const navigator = { userAgent: "Cloudflare-Workers" };

describe("isOnWorkers", () => {
  it.each([
    ["without node compatibility", { navigator }],
    ["with node compatibility", { navigator, process: { versions: { uv: "" } } }],
    ["with a partial process object", { navigator, process: {} }],
  ])("detects Workers %s", (_, runtime) => {
    expect(isOnWorkers(runtime)).toBe(true);
  });

  it.each([
    ["Node", globalThis],
    ["Node with the user agent of Workers", { navigator, process }],
    ["a browser", { navigator: { userAgent: "Mozilla/5.0" } }],
    ["a runtime without a user agent", {}],
  ])("does not detect %s", (_, runtime) => {
    expect(isOnWorkers(runtime)).toBe(false);
  });
});
