import { describe, expect, it } from "vitest";
import { tinyPng } from "../../../testing/tiny-png.js";
import { bytesOfDataUrl } from "./data-url.js";

const bytes = Buffer.from(tinyPng());
const base64 = bytes.toString("base64");
const escaped = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
/** Printable characters unchanged, every other byte percent-encoded. */
const mixed = [...bytes]
  .map((byte) =>
    /[A-Za-z0-9]/.test(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).padStart(2, "0").toUpperCase()}`,
  )
  .join("");
const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

describe("bytesOfDataUrl", () => {
  it.each([
    ["base64", `data:image/png;base64,${base64}`],
    ["base64 in capitals", `DATA:image/png;BASE64,${base64}`],
    ["base64 after parameters", `data:image/png;charset=utf-8;name="a";base64,${base64}`],
    ["base64 after a space", `data:image/png; base64,${base64}`],
    ["base64 without a type", `data:;base64,${base64}`],
    ["base64 without padding", `data:image/png;base64,${base64.replace(/=+$/, "")}`],
    ["base64 in lines", `data:image/png;base64,\r\n${base64.replace(/.{20}/g, "$&\n ")}`],
    ["base64 with escaped characters", `data:image/png;base64,${encodeURIComponent(base64)}`],
    ["base64 with escaped whitespace", `data:image/png;base64,${base64.replace(/.{20}/g, "$&%0A%20")}`],
    ["base64url", `data:image/png;base64,${bytes.toString("base64url")}`],
    ["escapes", `data:image/png,${escaped}`],
    ["escapes and characters", `data:image/png,${mixed}`],
    ["escapes after a charset", `data:image/png;charset=utf-8,${escaped}`],
    ["a fragment", `data:image/png,${escaped}#top`],
  ])("decodes %s", (_, url) => {
    expect(Buffer.from(bytesOfDataUrl(url) ?? []).equals(bytes)).toBe(true);
  });

  it("decodes every byte value as an escape and as base64", () => {
    const all = [...everyByte].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
    expect(bytesOfDataUrl(`data:,${all}`)).toEqual(everyByte);
    expect(bytesOfDataUrl(`data:;base64,${Buffer.from(everyByte).toString("base64url")}`)).toEqual(everyByte);
  });

  it("decodes characters beyond ASCII as UTF-8, and a comma as itself", () => {
    expect(bytesOfDataUrl("data:,a,é")).toEqual(new TextEncoder().encode("a,é"));
  });

  it("treats base64 as text if it is only a parameter's name", () => {
    expect(bytesOfDataUrl("data:text/plain;base64=no,aGk")).toEqual(new TextEncoder().encode("aGk"));
  });

  it.each([
    ["no comma", "data:image/png;base64"],
    ["base64 of an impossible length", "data:image/png;base64,AAAAA"],
    ["characters that are not base64", "data:image/png;base64,AA*A"],
    ["base64 with padding inside", "data:image/png;base64,AA==AAAA"],
    ["half an escape", "data:image/png,%8"],
    ["an escape without hexadecimal digits", "data:image/png,%zz"],
    ["half an escape in base64", "data:image/png;base64,%"],
  ])("returns null for %s", (_, url) => {
    expect(bytesOfDataUrl(url)).toBeNull();
  });
});
