import { rgbaToThumbHash, thumbHashToRGBA } from "thumbhash";

/** An image of max 32 pixels a side: red, green, blue and opacity of each pixel, row by row. */
interface PlaceholderPixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** Decodes a placeholder, a thumbhash in base64, into its pixels. */
export function placeholderPixels(placeholder: string): PlaceholderPixels {
  const { w, h, rgba } = thumbHashToRGBA(Uint8Array.from(atob(placeholder), (byte) => byte.charCodeAt(0)));
  return { width: w, height: h, rgba };
}

/** Encodes pixels as a placeholder. */
export function placeholderOf({ height, rgba, width }: PlaceholderPixels): string {
  return btoa(String.fromCharCode(...rgbaToThumbHash(width, height, rgba)));
}
