import { describe, expect, it } from "vitest";
import { formatBytes } from "./format-bytes.js";

describe("formatBytes", () => {
  it.each([
    [1, "1 bytes"],
    [1_023, "1023 bytes"],
    [1_024, "1 KiB"],
    [262_144, "256 KiB"],
    [1_048_575, "1023.9 KiB"],
    [1_048_576, "1 MiB"],
    [26_214_400, "25 MiB"],
    [1_600_000, "1.5 MiB"],
  ])("formats %i bytes as %s, rounded down", (byteLength, text) => {
    expect(formatBytes(byteLength)).toBe(text);
  });
});
