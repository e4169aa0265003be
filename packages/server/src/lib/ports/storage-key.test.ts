import { describe, expect, it } from "vitest";
import { assertStorageKey, assertStoragePrefix } from "./storage-key.js";

describe("assertStorageKey", () => {
  it.each(["a/b", "0f3-A_z/0-9af.png", "..a/.b", "a/..."])("takes %j", (key) => {
    expect(() => assertStorageKey(key)).not.toThrow();
  });

  it.each(["", "a", "/a", "a/", "a/b/c", "../a", "a/..", "./a", "a/.", "a//b", "a\\b/c", "a/b\n", "a/b\0", "é/a"])(
    "refuses %j",
    (key) => {
      expect(() => assertStorageKey(key)).toThrow(RangeError);
    },
  );

  it("refuses a part that no file system takes as a name", () => {
    expect(() => assertStorageKey(`a/${"b".repeat(201)}`)).toThrow(RangeError);
  });
});

describe("assertStoragePrefix", () => {
  it.each(["a", "0f3-A_z", "..a", "a..."])("takes %j", (prefix) => {
    expect(() => assertStoragePrefix(prefix)).not.toThrow();
  });

  it.each(["", ".", "..", "/", "a/", "/a", "a/b", "~incoming", "*", "a\\b", "a\n", "é"])("refuses %j", (prefix) => {
    expect(() => assertStoragePrefix(prefix)).toThrow(RangeError);
  });
});
