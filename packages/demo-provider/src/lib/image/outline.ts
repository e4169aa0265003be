import type { Canvas } from "./canvas.js";
import type { Color } from "./color.js";

/** A point, in the units of its outline. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A closed polygon. */
export type Outline = readonly Point[];

/** Position of an outline on the canvas: its origin in pixels, and the pixels per unit in each direction. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly scaleX: number;
  readonly scaleY: number;
}

/** Converts an outline to pixels. */
export function place(outline: Outline, { x, y, scaleX, scaleY }: Placement): Outline {
  return outline.map((point) => ({ x: x + point.x * scaleX, y: y + point.y * scaleY }));
}

/**
 * Parses an outline: a closed smooth curve through points `x,y`. A point with `!` is a corner, with a straight line on both
 * sides.
 */
export function parseOutline(text: string): Outline {
  const knots = text
    .trim()
    .split(/\s+/)
    .map((knot) => {
      const [x = 0, y = 0] = knot.replace("!", "").split(",").map(Number);
      return { x, y, isCorner: knot.endsWith("!") };
    });
  const points: Point[] = [];
  const knotAt = (index: number) => knots[(index + knots.length) % knots.length] ?? { x: 0, y: 0, isCorner: true };
  for (let index = 0; index < knots.length; index += 1) {
    const from = knotAt(index);
    const to = knotAt(index + 1);
    // Catmull-Rom. A corner replaces the neighbor beyond it.
    const before = from.isCorner ? from : knotAt(index - 1);
    const after = to.isCorner ? to : knotAt(index + 2);
    for (let step = 0; step < curveSteps; step += 1) {
      const t = step / curveSteps;
      points.push({ x: along(before.x, from.x, to.x, after.x, t), y: along(before.y, from.y, to.y, after.y, t) });
    }
  }
  return points;
}

const curveSteps = 8;

function along(before: number, from: number, to: number, after: number, t: number): number {
  const bend = 2 * before - 5 * from + 4 * to - after;
  return from + (t * (to - before + t * (bend + t * (3 * (from - to) + after - before)))) / 2;
}

/** Creates the outline of an ellipse. */
export function ellipse(x: number, y: number, radiusX: number, radiusY: number): Outline {
  return Array.from({ length: 40 }, (_, index) => {
    const angle = (index / 40) * 2 * Math.PI;
    return { x: x + Math.cos(angle) * radiusX, y: y + Math.sin(angle) * radiusY };
  });
}

/**
 * Fills outlines with antialiased edges. Their units are pixels. An outline with the opposite direction is a hole.
 *
 * @param paint a color, or a function that returns the color at a point in pixels.
 */
export function fillOutline(
  canvas: Canvas,
  outlines: readonly Outline[],
  paint: Color | ((x: number, y: number) => Color),
  opacity = 1,
): void {
  const bounds = boundsOf(outlines, canvas.size);
  if (bounds === null) return;
  const { left, top, width, height } = bounds;
  // Each edge adds its changes of coverage along each row to `covered`. Their running sum is the coverage.
  // See https://medium.com/@raphlinus/inside-the-fastest-font-renderer-in-the-world-75ae5270c445
  const covered = new Float32Array((width + 2) * height);
  for (const outline of outlines) {
    for (let index = 0; index < outline.length; index += 1) {
      const from = outline[index];
      const to = outline[(index + 1) % outline.length];
      if (from === undefined || to === undefined) continue;
      addEdge(covered, bounds, { x: from.x - left, y: from.y - top }, { x: to.x - left, y: to.y - top });
    }
  }
  for (let y = 0; y < height; y += 1) {
    let sum = 0;
    for (let x = 0; x < width; x += 1) {
      sum += covered[y * (width + 2) + x] ?? 0;
      const coverage = Math.min(Math.abs(sum), 1) * opacity;
      if (coverage < 0.002) continue;
      const color = typeof paint === "function" ? paint(left + x + 0.5, top + y + 0.5) : paint;
      canvas.over((top + y) * canvas.size + left + x, color, coverage);
    }
  }
}

interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function boundsOf(outlines: readonly Outline[], size: number): Bounds | null {
  let [left, top, right, bottom] = [size, size, 0, 0];
  for (const outline of outlines) {
    for (const { x, y } of outline) {
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x);
      bottom = Math.max(bottom, y);
    }
  }
  left = Math.max(Math.floor(left), 0);
  top = Math.max(Math.floor(top), 0);
  const width = Math.min(Math.ceil(right), size) - left;
  const height = Math.min(Math.ceil(bottom), size) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : null;
}

function addEdge(covered: Float32Array, { width, height }: Bounds, from: Point, to: Point): void {
  if (from.y === to.y) return;
  const direction = from.y < to.y ? 1 : -1;
  const [upper, lower] = direction === 1 ? [from, to] : [to, from];
  const slope = (lower.x - upper.x) / (lower.y - upper.y);
  const last = Math.min(Math.ceil(lower.y), height);
  for (let y = Math.max(Math.floor(upper.y), 0); y < last; y += 1) {
    const start = Math.max(upper.y, y);
    const end = Math.min(lower.y, y + 1);
    if (end <= start) continue;
    const one = clampX(upper.x + (start - upper.y) * slope, width);
    const other = clampX(upper.x + (end - upper.y) * slope, width);
    addRowEdge(covered, y * (width + 2), Math.min(one, other), Math.max(one, other), direction * (end - start));
  }
}

function clampX(x: number, width: number): number {
  return Math.min(Math.max(x, 0), width);
}

/** Distributes one row of an edge over the pixels between `left` and `right`. */
function addRowEdge(covered: Float32Array, row: number, left: number, right: number, strength: number): void {
  const first = Math.floor(left);
  const last = Math.floor(right);
  let before = 0;
  for (let x = first; x <= last; x += 1) {
    // Mean coverage of pixel `x`, right of the edge, which crosses the row linearly from `left` to `right`.
    const share = meanCoverage(x, left, right) * strength;
    covered[row + x] = (covered[row + x] ?? 0) + share - before;
    before = share;
  }
  covered[row + last + 1] = (covered[row + last + 1] ?? 0) + strength - before;
}

function meanCoverage(x: number, left: number, right: number): number {
  if (right - left < 1e-6) return 1 - (left - x);
  const from = Math.max(left, x);
  const to = Math.min(right, x + 1);
  const within = (to - from) / (right - left);
  const passed = (from - left) / (right - left);
  return passed + within * (1 - ((from + to) / 2 - x));
}
