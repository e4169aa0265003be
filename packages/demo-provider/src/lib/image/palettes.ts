import { type Color, hex } from "./color.js";

/** The colors of an image. */
export interface Palette {
  /** From the zenith down to the horizon. */
  readonly sky: readonly [Color, Color, Color, Color];
  /** Sun, moon, and lit edges. */
  readonly light: Color;
  /** The color of the distance. */
  readonly haze: Color;
  /** Distant ridges. */
  readonly far: Color;
  /** Dark shapes in the foreground. */
  readonly near: Color;
  /** Grass and wooded ground. */
  readonly grass: Color;
  /** Foliage, flowers, windows, ribbons. */
  readonly accents: readonly [Color, ...Color[]];
  /** Whether stars are visible. */
  readonly isDark: boolean;
}

/** Sky from the zenith down; light, haze, far, near, grass; accents. */
const tones = {
  dawn: [
    "#3b4a7a #8e7fb0 #e8a7a0 #fbd9b0",
    "#fff0d2 #f3c6b4 #8d83ad #2a2745 #5d6f6a",
    "#f4a6a0 #f7d08a #c9b6e4 #7fa08a",
  ],
  day: [
    "#2f74c0 #5fa3dd #a5d2ee #e6f3f3",
    "#fff8e0 #cfe6ee #6f9fc0 #1f4a4a #4f9a4f",
    "#e95d4f #f6c744 #6cae5e #3f8a5a",
  ],
  golden: [
    "#56669c #c79a78 #f6c26b #ffe9ad",
    "#fff0b8 #f8d49a #b98a6a #3a2a26 #8a8a3a",
    "#f2a03d #e8703a #b8a04a #7a6a34",
  ],
  sunset: [
    "#2b2559 #8a3b77 #ef6a5b #ffc371",
    "#ffe3a1 #f79a74 #7a3f74 #1d1533 #5a3f5a",
    "#ff7a59 #ffc371 #c94f7c #8a3b77",
  ],
  dusk: [
    "#1b2350 #4a4589 #a5648f #f2a488",
    "#ffd9b0 #c98a98 #57467f #15132e #3f4568",
    "#f2a488 #a5648f #ffd27d #6d6fb8",
  ],
  night: [
    "#0a1030 #16224f #2a3f74 #4f6c9b",
    "#eaf2ff #4a6593 #2b3f6b #070b1c #1f3558",
    "#ffd98a #7fb4e8 #c6d7f2 #4f7fb8",
  ],
  aurora: [
    "#04101f #0a2233 #113b4a #1d5a5f",
    "#d9fff0 #1f5a60 #12404d #030a12 #0f4a45",
    "#43f0a5 #6ad7ff #a86bff #2fbf9a",
  ],
  neon: [
    "#0b0524 #26104f #5a1a78 #d13a8e",
    "#ff7ac8 #6f2a8d #3a1a66 #0a0618 #3a1f66",
    "#ff3ea5 #28e0ff #ffe14d #8a5bff",
  ],
  ocean: [
    "#1f6fa8 #49a5c9 #98d6da #f2f3dd",
    "#fff9dd #bfe3dd #5aa0b4 #0d3a52 #2f8f7a",
    "#ff8a6a #fff0b0 #2fb3b0 #1f7fa5",
  ],
  forest: [
    "#4a8a8f #8cbfa8 #cfe3bb #f6f2d0",
    "#fff6cf #cfe0bd #7aa58e #12302a #4f8f4a",
    "#6fa84a #a9bf5a #d8b65a #3f7a4a",
  ],
  autumn: [
    "#6a7ea8 #c4a79a #f0bf86 #fbe2b4",
    "#fff0c4 #eec394 #a8796a #2f1c1c #9a7a3a",
    "#d9481c #f08a24 #f6bd3b #a8321e #c7641f",
  ],
  winter: [
    "#6d8fb8 #a3bdd8 #d5dfea #f7efe9",
    "#fffaf0 #dde6ef #9db4cc #2b3d57 #c9d8e6",
    "#ffffff #dfeaf6 #b9cde2 #8fa9c6",
  ],
  spring: [
    "#6aa9d8 #a9d3ea #e7e4ee #ffe9e4",
    "#fffbe8 #f2e2e8 #a5b7cf #2e5a48 #86b86a",
    "#f59ac0 #fbc7d6 #fff1f6 #f27fa9",
  ],
  desert: [
    "#2e6fa5 #8fb9c9 #f1d2a0 #fbe3bd",
    "#fff5d6 #f3cfa0 #d49a6c #6a2f22 #a88a4a",
    "#c85a2f #e59a52 #f4c77f #8a6a3a",
  ],
  fire: [
    "#1a0606 #5c1010 #c23411 #ffad33",
    "#ffdf8a #e0602a #6d1d14 #120404 #4a1812",
    "#ff5a1f #ffb02e #ffe27a #c2240f",
  ],
  noir: [
    "#15171b #3a3e45 #7d838b #d3d6d8",
    "#ffffff #a9aeb4 #6a7078 #0b0c0e #5a6068",
    "#e8eaec #9aa0a6 #c4c8cc #5a6068",
  ],
  pastel: [
    "#a8b8f0 #d3c1f0 #f7cfe0 #ffe9d6",
    "#fffaf0 #f5dbe6 #b9b3e6 #5f5492 #a8cfa8",
    "#ff9fb8 #ffcf9a #a0e0d0 #c9a8ff",
  ],
  rose: [
    "#5a3b6e #b0608f #f0a0a8 #ffe0d0",
    "#fff0e4 #f5bcbc #a0709a #2e1a38 #8a5f7a",
    "#f07f9a #ffb8a8 #d85f8a #a85a9a",
  ],
  jungle: [
    "#1f6a6a #5aa58a #b8d88f #f4f0b8",
    "#fffbd0 #b4d49a #4f8f70 #0a2a22 #3f8f4a",
    "#3f9a4a #8fc04a #e8b03a #e0603a",
  ],
  storm: [
    "#20262f #3e4955 #6f7b84 #b9b9ac",
    "#f4f0dc #8b959b #56626b #14181c #4f5f58",
    "#c9b878 #8fa0a8 #e0ddc8 #5f7078",
  ],
  space: [
    "#03040d #0a0a24 #1d1440 #3a1f5c",
    "#fff4e0 #35245f #2a1d50 #05050f #2a1d50",
    "#ff8ac0 #6ac7ff #ffd07a #9a7bff",
  ],
  lunar: [
    "#02030a #060814 #0c1024 #161c38",
    "#fffdf4 #8a90a2 #767c90 #1c1f2c #767c90",
    "#cfd6e8 #ffe6a8 #8fb8ff #f0f2f8",
  ],
} as const satisfies Record<string, readonly [string, string, string]>;

/** Name of a palette. */
export type PaletteName = keyof typeof tones;

/** Every palette, in a fixed order. */
export const paletteNames = Object.keys(tones) as [PaletteName, ...PaletteName[]];

const darkPalettes: ReadonlySet<PaletteName> = new Set(["night", "aurora", "neon", "dusk", "space", "lunar"]);

/** Returns a palette by its name. */
export function paletteOf(name: PaletteName): Palette {
  const [sky, tone, accents] = tones[name];
  const [zenith, upper, lower, horizon] = colorsOf(sky);
  const [light, haze, far, near, grass] = colorsOf(tone);
  const [first, ...more] = colorsOf(accents);
  return {
    sky: [zenith, upper, lower, horizon],
    light,
    haze,
    far,
    near,
    grass: grass ?? near,
    accents: [first, ...more],
    isDark: darkPalettes.has(name),
  };
}

function colorsOf(text: string): [Color, Color, Color, Color, ...Color[]] {
  const [one, two, three, four, ...more] = text.split(" ").map(hex);
  const black = hex("#000000");
  return [one ?? black, two ?? black, three ?? black, four ?? black, ...more];
}
