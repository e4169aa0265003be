import type { ByteRange } from "../../ports/storage.js";

/**
 * Parses `Range`.
 *
 * @param byteLength number of all bytes.
 * @returns the requested range; `null` to respond with all bytes, as for several ranges or another unit;
 * `"unsatisfiable"` when the range starts after the last byte.
 */
export function parseByteRange(header: string | undefined, byteLength: number): ByteRange | "unsatisfiable" | null {
  const match = /^bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})$/i.exec(header?.trim() ?? "");
  if (match === null) return null;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return null;
  if (first === "") {
    // A suffix range: the last `count` bytes.
    const count = Math.min(Number(last), byteLength);
    return count === 0 ? "unsatisfiable" : { start: byteLength - count, end: byteLength - 1 };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return null;
  if (start >= byteLength) return "unsatisfiable";
  return { start, end: last === "" ? byteLength - 1 : Math.min(Number(last), byteLength - 1) };
}
