import { expect, it } from "vitest";
import { processMap } from "./process-map.js";

// A query string makes the module system load a second copy, as a framework does.
const copyUrl = new URL("./process-map.ts?copy", import.meta.url).href;

it("returns the same map to two copies of the package", async () => {
  const copy: typeof import("./process-map.js") = await import(/* @vite-ignore */ copyUrl);
  expect(copy.processMap).not.toBe(processMap);
  expect(copy.processMap("workers")).toBe(processMap("workers"));
  expect(copy.processMap("workers")).not.toBe(processMap("channels"));
});
