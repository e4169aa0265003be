import type { Generation } from "@safelight/client/contract";

/**
 * The requested aspect ratio as CSS: from `aspectRatio: "16:9"`, or from `width` and `height` of the input, else "1 / 1". It
 * reserves the space of the output before that arrives.
 */
export function aspectRatioOf({ input }: Generation): string {
  const { aspectRatio, width, height }: Readonly<Record<string, unknown>> = Object(input);
  const named = /^(\d{1,4}):(\d{1,4})$/.exec(typeof aspectRatio === "string" ? aspectRatio : "");
  if (named !== null) return `${named[1]} / ${named[2]}`;
  return isSize(width) && isSize(height) ? `${width} / ${height}` : "1 / 1";
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && value > 0;
}
