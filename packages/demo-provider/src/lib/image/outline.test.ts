import { describe, expect, it } from "vitest";
import { Canvas } from "./canvas.js";
import { ellipse, fillOutline, type Outline, parseOutline, place } from "./outline.js";

describe("fillOutline", () => {
  const white = { r: 1, g: 1, b: 1 };
  const size = 32;
  const box = (left: number, top: number, right: number, bottom: number): Outline => [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
  /** Coverage of each pixel, from 0 to 1. */
  const fill = (outlines: readonly Outline[]): readonly number[] => {
    const canvas = new Canvas(size);
    fillOutline(canvas, outlines, white);
    return Array.from({ length: size * size }, (_, pixel) => canvas.light[pixel * 3] ?? 0);
  };
  const areaOf = (outlines: readonly Outline[]): number => fill(outlines).reduce((sum, value) => sum + value, 0);

  it("covers a pixel by the area inside the outline", () => {
    const covered = fill([box(2.5, 3.25, 6, 5)]);
    const at = (x: number, y: number): number => covered[y * size + x] ?? 0;
    expect(at(2, 4)).toBeCloseTo(0.5, 5);
    expect(at(3, 3)).toBeCloseTo(0.75, 5);
    expect(at(2, 3)).toBeCloseTo(0.375, 5);
    expect(at(4, 4)).toBeCloseTo(1, 5);
    expect(at(6, 4)).toBe(0);
    expect(at(4, 5)).toBe(0);
  });

  it.each([
    [
      "a triangle",
      [
        { x: 3.3, y: 2.1 },
        { x: 27.9, y: 9.4 },
        { x: 11.2, y: 29.7 },
      ],
      310.645,
    ],
    [
      "a tilted box",
      [
        { x: 10, y: 2 },
        { x: 30, y: 12 },
        { x: 22, y: 28 },
        { x: 2, y: 18 },
      ],
      400,
    ],
  ])("covers the area of %s", (_, outline, area) => {
    expect(areaOf([outline])).toBeCloseTo(area, 1);
  });

  it("covers the area of a circle", () => {
    expect(areaOf([ellipse(16, 16, 10, 10)])).toBeCloseTo(Math.PI * 100, -1);
  });

  it("leaves a hole for a part with the opposite direction", () => {
    const hole = [...box(10, 10, 20, 20)].reverse();
    expect(areaOf([box(5, 5, 25, 25), hole])).toBeCloseTo(300, 3);
  });

  it("clips at every side of the canvas", () => {
    expect(areaOf([box(-10, -10, 50, 4)])).toBeCloseTo(size * 4, 3);
    expect(areaOf([box(28, 20, 90, 90)])).toBeCloseTo(4 * 12, 3);
    expect(areaOf([box(40, 40, 50, 50)])).toBe(0);
  });
});

describe("parseOutline", () => {
  it("passes through its points, straight between corners and curved elsewhere", () => {
    const corners = parseOutline("0,0! 10,0! 10,10! 0,10!");
    expect(corners).toContainEqual({ x: 10, y: 10 });
    expect(corners.every(({ x, y }) => x === 0 || x === 10 || y === 0 || y === 10)).toBe(true);
    const smooth = parseOutline("0,0 10,0 10,10 0,10");
    expect(smooth).toContainEqual({ x: 10, y: 10 });
    expect(Math.max(...smooth.map(({ x }) => x))).toBeGreaterThan(10.5);
  });

  it("is moved and mirrored", () => {
    expect(place([{ x: 2, y: -3 }], { x: 100, y: 50, scaleX: -4, scaleY: 4 })).toEqual([{ x: 92, y: 38 }]);
  });
});
