import { describe, expect, it } from "vitest";
import { measureMedia } from "./measure-media.js";

/** Images of 3 by 2 pixels. */
const files = {
  "image/png":
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAQMAAACnuvRZAAAAA1BMVEX/AAAZ4gk3AAAADElEQVQI12NgYGAAAAAEAAEnNCcKAAAAAElFTkSuQmCC",
  "image/jpeg":
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBD/wAARCAACAAMDAREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAACP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAVAQEBAAAAAAAAAAAAAAAAAAAHCf/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/ADoDFU3/2Q==",
  "image/webp": "UklGRjwAAABXRUJQVlA4IDAAAADQAQCdASoDAAIAAgA0JaACdLoB+AADsAD+8MQL/yC5YXXI1/8gP+QH/ID/+PIAAAA=",
  "image/gif": "R0lGODlhAwACAPAAAP8AAAAAACH5BAAAAAAALAAAAAADAAIAAAIChF8AOw==",
  "image/avif":
    "AAAAHGZ0eXBhdmlmAAAAAG1pZjFhdmlmbWlhZgAAANZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAAA+gABAAAAAAAAAB8AAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABhdjAxAAAAAA5waXRtAAAAAAABAAAAVmlwcnAAAAA4aXBjbwAAAAxhdjFDgUBsAAAAABRpc3BlAAAAAAAAAAMAAAACAAAAEHBpeGkAAAAAAwwMDAAAABZpcG1hAAAAAAAAAAEAAQOBAgMAAAAnbWRhdBIACghYBCsaAhoNwjIRGAAOOOOEAACwE1TtMKTrDPw=",
} as const;

describe("measureMedia", () => {
  const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
  const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it.each(Object.entries(files))("measures %s", (contentType, base64) => {
    expect(measureMedia(bytesOf(base64))).toEqual({ contentType, width: 3, height: 2 });
  });

  it("measures an image inside a larger buffer", () => {
    const png = bytesOf(files["image/png"]);
    const pool = new Uint8Array(1_000).fill(255);
    pool.set(png, 100);
    expect(measureMedia(pool.subarray(100, 100 + png.length))).toMatchObject({ width: 3, height: 2 });
  });

  it("applies the orientation of a photograph, as browsers do", () => {
    const jpeg = bytesOf(files["image/jpeg"]);
    // Exif with the single entry "orientation: 6", directly after the start of the file.
    const exif = Buffer.from(
      "ffe1 0022 457869660000 4d4d002a00000008 0001 0112 0003 00000001 00060000 00000000".replaceAll(" ", ""),
      "hex",
    );
    const rotated = new Uint8Array([...jpeg.subarray(0, 2), ...exif, ...jpeg.subarray(2)]);
    expect(measureMedia(rotated)).toEqual({ contentType: "image/jpeg", width: 2, height: 3 });
  });

  it.each([
    ["no bytes", new Uint8Array()],
    ["text", textBytes("hello")],
    ["SVG", textBytes('<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"><script/></svg>')],
    ["HTML", textBytes("<!doctype html><html></html>")],
    ["a BMP", new Uint8Array([0x42, 0x4d, ...new Uint8Array(60).fill(1)])],
    ["zeros", new Uint8Array(100)],
  ])("returns null for %s", (_, bytes) => {
    expect(measureMedia(bytes)).toBeNull();
  });

  it.each(Object.entries(files))("returns null for a %s that is truncated after its signature", (_, base64) => {
    const bytes = bytesOf(base64);
    const pool = new Uint8Array(bytes.length + 50);
    pool.set(bytes);
    // In the middle of a larger buffer, whose further bytes would complete the file.
    for (const length of [3, 8, 9]) expect(measureMedia(pool.subarray(0, length))).toBeNull();
  });

  it("returns null for an image without pixels", () => {
    const png = bytesOf(files["image/png"]);
    png.fill(0, 16, 20);
    expect(measureMedia(png)).toBeNull();
  });
});
