/** A color in linear light, so that colors can be added and mixed. 1 is white paper; lights may be above 1. */
export interface Color {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** Reads `#rrggbb`. */
export function hex(text: string): Color {
  const value = Number.parseInt(text.slice(1), 16);
  return fromBytes(value >> 16, (value >> 8) & 255, value & 255);
}

/** Mixes in OKLab, which is perceptual: even steps, and no gray in the middle. */
export function mix(from: Color, to: Color, share: number): Color {
  const one = toLab(from);
  const other = toLab(to);
  return fromLab({
    l: one.l + (other.l - one.l) * share,
    a: one.a + (other.a - one.a) * share,
    b: one.b + (other.b - one.b) * share,
  });
}

/** Mixes in linear light. It is fast enough for each pixel, and accurate for similar colors and for light. */
export function blend(from: Color, to: Color, share: number): Color {
  return {
    r: from.r + (to.r - from.r) * share,
    g: from.g + (to.g - from.g) * share,
    b: from.b + (to.b - from.b) * share,
  };
}

/** Adds `light` to the lightness (0 to 1), multiplies the chroma, and rotates the hue by degrees. */
export function adjust(
  color: Color,
  change: { readonly light?: number; readonly chroma?: number; readonly turn?: number },
): Color {
  const { light = 0, chroma = 1, turn = 0 } = change;
  const { l, a, b } = toLab(color);
  const angle = (turn * Math.PI) / 180;
  return fromLab({
    l: Math.min(Math.max(l + light, 0), 1),
    a: (a * Math.cos(angle) - b * Math.sin(angle)) * chroma,
    b: (a * Math.sin(angle) + b * Math.cos(angle)) * chroma,
  });
}

/** Multiplies the light of a color. */
export function scale(color: Color, factor: number): Color {
  return { r: color.r * factor, g: color.g * factor, b: color.b * factor };
}

/** Colors that are evenly spaced from 0 to 1. Values outside are clamped. */
export type Gradient = (share: number) => Color;

const gradientSteps = 255;

/** Creates a gradient. Each color is computed once, on its first use. */
export function createGradient(stops: readonly [Color, ...Color[]]): Gradient {
  const steps: Color[] = [];
  return (share) => {
    const index = Math.round(Math.min(Math.max(share, 0), 1) * gradientSteps);
    const known = steps[index];
    if (known !== undefined) return known;
    const place = (index / gradientSteps) * (stops.length - 1);
    const before = stops[Math.floor(place)] ?? stops[0];
    const after = stops[Math.ceil(place)] ?? before;
    const color = mix(before, after, place - Math.floor(place));
    steps[index] = color;
    return color;
  };
}

/** Converts a pixel to linear light. Each channel is from 0 to 255. */
export function fromBytes(red: number, green: number, blue: number): Color {
  return { r: toLinear(red / 255), g: toLinear(green / 255), b: toLinear(blue / 255) };
}

function toLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** A color in OKLab: lightness from 0 to 1, and two hue axes around 0. */
interface Lab {
  readonly l: number;
  readonly a: number;
  readonly b: number;
}

/** Converts a color to OKLab, in which distances are perceptual: https://bottosson.github.io/posts/oklab/ */
export function toLab({ r, g, b }: Color): Lab {
  const long = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const medium = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const short = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    l: 0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
    a: 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
    b: 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
  };
}

function fromLab({ l, a, b }: Lab): Color {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return {
    r: Math.max(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short, 0),
    g: Math.max(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short, 0),
    b: Math.max(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short, 0),
  };
}
