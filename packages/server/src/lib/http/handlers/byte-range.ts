import type { ByteRange } from "../../ports/storage.js";

/**
 * Reads `Range`.
 *
 * @param byteLength of the whole.
 * @returns the part asked for; `null` to answer the whole, as for several parts or another unit; `"unsatisfiable"` when
 * it lies outside.
 */
export function parseByteRange(header: string | undefined, byteLength: number): ByteRange | "unsatisfiable" | null {
  const match = /^bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})$/i.exec(header?.trim() ?? "");
  if (match === null) return null;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return null;
  if (first === "") {
    // The last so many bytes.
    const count = Math.min(Number(last), byteLength);
    return count === 0 ? "unsatisfiable" : { start: byteLength - count, end: byteLength - 1 };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return null;
  if (start >= byteLength) return "unsatisfiable";
  return { start, end: last === "" ? byteLength - 1 : Math.min(Number(last), byteLength - 1) };
}
