import { expect, it } from "vitest";
import { isTruncated } from "./is-truncated.js";

const type = [0, 0, 0, 16, ...new TextEncoder().encode("ftypisom"), 0, 0, 2, 0];
const free = [...new TextEncoder().encode("free")];

it.each([
  ["a whole file", [0, 0, 0, 8, ...free], false],
  ["a last box of unknown length", [0, 0, 0, 0, ...free], false],
  ["a box that exceeds the file", [0, 0, 0, 9, ...free], true],
  ["a box that is shorter than its header", [0, 0, 0, 4, ...free], true],
  ["a long box that is shorter than its header", [0, 0, 0, 1, ...free, 0, 0, 0, 0, 0, 0, 0, 15], true],
  ["a header that is cut off", [0, 0, 0, 1, ...free], true],
])("of an MP4 with %s", async (_, last, expected) => {
  expect(await isTruncated(new Blob([Uint8Array.from([...type, ...last])]), "video/mp4")).toBe(expected);
});
