import { adjust, type Color, fromBytes, toLab } from "./color.js";
import type { Palette } from "./palettes.js";
import { placeholderPixels } from "./placeholder-pixels.js";

/** Number of accents of a palette. */
const accentCount = 4;

/** Min lightness of the light and max lightness of the shadows, in OKLab, for input images without contrast. */
const minLight = 0.9;
const maxShadow = 0.24;

/** Creates a palette from the colors of an image: its rows, its lights and shadows, and its strongest colors. */
export function paletteFromPlaceholder(placeholder: string): Palette {
  const { width, height, rgba } = placeholderPixels(placeholder);
  const pixels = Array.from({ length: width * height }, (_, index) => {
    const [red = 0, green = 0, blue = 0] = rgba.subarray(index * 4, index * 4 + 3);
    return fromBytes(red, green, blue);
  });
  const band = (from: number, to: number): Color =>
    meanOf(pixels.slice(Math.floor(from * height) * width, Math.max(Math.ceil(to * height), 1) * width));
  const byLightness = pixels.toSorted((one, other) => toLab(one).l - toLab(other).l);
  const share = (from: number, to: number): Color =>
    meanOf(byLightness.slice(Math.floor(from * pixels.length), Math.max(Math.ceil(to * pixels.length), 1)));
  const sky = [band(0, 0.2), band(0.15, 0.35), band(0.3, 0.5), band(0.45, 0.65)] as const;
  return {
    sky,
    light: withLightness(share(0.95, 1), (l) => Math.max(l, minLight)),
    haze: share(0.6, 0.8),
    far: share(0.25, 0.45),
    near: withLightness(share(0, 0.08), (l) => Math.min(l, maxShadow)),
    grass: band(0.75, 1),
    accents: accentsOf(pixels),
    isDark: toLab(meanOf(sky)).l < 0.5,
  };
}

function meanOf(colors: readonly Color[]): Color {
  const sum = { r: 0, g: 0, b: 0 };
  for (const { r, g, b } of colors) {
    sum.r += r / colors.length;
    sum.g += g / colors.length;
    sum.b += b / colors.length;
  }
  return sum;
}

function withLightness(color: Color, change: (lightness: number) => number): Color {
  const { l } = toLab(color);
  return adjust(color, { light: change(l) - l });
}

/** Selects the strongest color, then the most different ones. Their chroma is raised, because a placeholder blurs it. */
function accentsOf(pixels: readonly Color[]): readonly [Color, ...Color[]] {
  const byChroma = pixels.toSorted((one, other) => chromaOf(other) - chromaOf(one));
  const strong = byChroma.slice(0, Math.ceil(byChroma.length / 2));
  const accents: [Color, ...Color[]] = [strong[0] ?? { r: 0.5, g: 0.5, b: 0.5 }];
  while (accents.length < accentCount) {
    const gap = (color: Color): number => Math.min(...accents.map((accent) => distance(color, accent)));
    accents.push(strong.reduce((best, color) => (gap(color) > gap(best) ? color : best), accents[0]));
  }
  const [first, ...more] = accents;
  return [stronger(first), ...more.map(stronger)];
}

function stronger(color: Color): Color {
  return adjust(color, { chroma: 1.5 });
}

function chromaOf(color: Color): number {
  const { a, b } = toLab(color);
  return Math.hypot(a, b);
}

function distance(one: Color, other: Color): number {
  const [left, right] = [toLab(one), toLab(other)];
  return Math.hypot(left.l - right.l, left.a - right.a, left.b - right.b);
}
