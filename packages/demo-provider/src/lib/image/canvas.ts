import type { Color } from "./color.js";

/** A square image in linear light. Layers are painted on it from back to front. */
export class Canvas {
  /** Width and height in pixels. */
  readonly size: number;
  /** Red, green, blue of each pixel, row by row. */
  readonly light: Float32Array;

  constructor(size: number) {
    this.size = size;
    this.light = new Float32Array(size * size * 3);
  }

  /** Blends a color over a pixel. `opacity` from 0 to 1. */
  over(pixel: number, color: Color, opacity: number): void {
    const { light } = this;
    const at = pixel * 3;
    const rest = 1 - opacity;
    light[at] = (light[at] ?? 0) * rest + color.r * opacity;
    light[at + 1] = (light[at + 1] ?? 0) * rest + color.g * opacity;
    light[at + 2] = (light[at + 2] ?? 0) * rest + color.b * opacity;
  }

  /** Adds light to a pixel. */
  add(pixel: number, color: Color, strength: number): void {
    const { light } = this;
    const at = pixel * 3;
    light[at] = (light[at] ?? 0) + color.r * strength;
    light[at + 1] = (light[at + 1] ?? 0) + color.g * strength;
    light[at + 2] = (light[at + 2] ?? 0) + color.b * strength;
  }

  /** Blends a color over each pixel of a rectangle, clipped to the canvas, with the opacity that `opacityAt` returns. */
  overArea(area: Area, color: Color, opacityAt: (x: number, y: number) => number): void {
    this.eachPixel(area, (pixel, x, y) => {
      const opacity = opacityAt(x, y);
      if (opacity > 0) this.over(pixel, color, opacity);
    });
  }

  /** Visits each pixel of a rectangle, clipped to the canvas. `x` and `y` are its center, in pixels. */
  eachPixel(area: Area, visit: (pixel: number, x: number, y: number) => void): void {
    const { size } = this;
    const left = Math.max(Math.floor(area.left), 0);
    const right = Math.min(Math.ceil(area.right), size);
    const bottom = Math.min(Math.ceil(area.bottom), size);
    for (let y = Math.max(Math.floor(area.top), 0); y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) visit(y * size + x, x + 0.5, y + 0.5);
    }
  }

  /** The whole canvas. */
  get area(): Area {
    return { left: 0, top: 0, right: this.size, bottom: this.size };
  }
}

/** A rectangle in pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Smooth step from 0 at `low` to 1 at `high`. `high` may be less than `low`. */
export function smoothStep(low: number, high: number, value: number): number {
  const along = Math.min(Math.max((value - low) / (high - low), 0), 1);
  return along * along * (3 - 2 * along);
}

/** Length of a vector. `Math.hypot` also handles overflow, which is impossible here, and takes ten times as long. */
export function lengthOf(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

/** Clamps a value to 0 to 1. */
export function unit(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
