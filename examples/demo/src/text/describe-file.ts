import type { Output } from "@safelight/client/contract";
import { formatDuration } from "./format-time.ts";

const numberIn = (unit: "kilobyte" | "megabyte") =>
  new Intl.NumberFormat("en", { style: "unit", unit, maximumFractionDigits: 0 });
const kilobytes = numberIn("kilobyte");
const megabytes = numberIn("megabyte");

/** Duration, pixels and size of a clip or recording: `1:31, 320 × 180 px, 210 MB`. */
export function describeFile({
  byteLength,
  durationMs,
  height,
  width,
}: Pick<Output, "byteLength" | "durationMs" | "height" | "width">): string {
  const facts = [
    durationMs !== null && formatDuration(durationMs),
    width !== null && height !== null && `${width} × ${height} px`,
    formatBytes(byteLength),
  ];
  return facts.filter((fact) => fact !== false).join(", ");
}

function formatBytes(bytes: number): string {
  return bytes < 1_000_000 ? kilobytes.format(Math.max(bytes / 1_000, 1)) : megabytes.format(bytes / 1_000_000);
}
