import { describe, expect, it } from "vitest";
import { isOnWorkers } from "./is-on-workers.js";

const navigator = { userAgent: "Cloudflare-Workers" };

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
    ["an unnamed runtime", {}],
  ])("takes %s for none", (_, runtime) => {
    expect(isOnWorkers(runtime)).toBe(false);
  });
});
