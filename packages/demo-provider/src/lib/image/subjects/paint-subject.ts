import { type Canvas, lengthOf, smoothStep, unit } from "../canvas.js";
import { adjust, blend, type Color, hex, mix, scale } from "../color.js";
import type { ImagePlan, PlannedSubject, Stage } from "../image-plan.js";
import { fillOutline, type Outline, parseOutline, place } from "../outline.js";
import { createRandom } from "../random.js";
import { paintGlow } from "../trees.js";
import { shapes } from "./subject-names.js";
import type { SubjectShape, Tone } from "./subject-shape.js";

/** Position of one subject. Lengths are fractions of the image's width. */
interface Spot {
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly isBacklit: boolean;
  /** Whether the water below mirrors it. */
  readonly isAfloat: boolean;
}

/** Paints a subject at its position in a scene. The distant members of a flock are first. */
export function paintSubject(canvas: Canvas, plan: ImagePlan, subject: PlannedSubject, stage: Stage): void {
  const shape: SubjectShape = shapes[subject.name];
  const spot = spotFor(shape, plan, stage);
  const random = createRandom(plan.seed, "flock");
  const others = flock.slice(0, (shape.flock ?? 1) - 1).map(({ x, y, height }) => ({
    ...spot,
    x: spot.x + (x + random.between(-0.1, 0.1)) * spot.height,
    y: spot.y + (y + random.between(-0.1, 0.1)) * spot.height,
    height: spot.height * height * random.between(0.85, 1.15),
  }));
  for (const one of [...others.reverse(), spot]) paintOne(canvas, plan, subject, one);
}

/** Positions of the other members of a flock, relative to the first one, in fractions of its height. */
const flock = [
  { x: -1.05, y: 0.22, height: 0.5 },
  { x: 0.95, y: -0.55, height: 0.42 },
  { x: -0.75, y: -0.75, height: 0.3 },
  { x: 1.25, y: 0.3, height: 0.34 },
] as const;

function spotFor({ home }: SubjectShape, { luminary, scene, palette }: ImagePlan, stage: Stage): Spot {
  const spot = { ...stage, isAfloat: false };
  if (home === "water" && stage.water !== undefined) {
    return { ...spot, ...stage.water, height: 0.27, isAfloat: true, isBacklit: palette.isDark };
  }
  if (home !== "air" || scene === "space") return spot;
  // A flying subject is on the side without the luminary.
  const x = luminary === null ? 0.5 : luminary.x > 0.5 ? 0.35 : 0.65;
  return { ...spot, x, y: 0.46, height: 0.25 };
}

function paintOne(canvas: Canvas, plan: ImagePlan, subject: PlannedSubject, spot: Spot): void {
  const shape: SubjectShape = shapes[subject.name];
  const { size } = canvas;
  const lightX = plan.luminary?.x ?? 0.5;
  // Each shape looks to the left. It is mirrored to look at the light.
  const turn = lightX > spot.x ? -1 : 1;
  const scaleY = (spot.height * shape.size * size) / 100;
  const at = { x: spot.x * size, y: spot.y * size, scaleX: scaleY * turn, scaleY };
  const colors = colorsOf(shape, subject, plan, spot);
  const parts = shape.parts.map(([tone, text]) => ({ tone, outline: parseOutline(text) }));
  if (shape.home === "ground") paintShadow(canvas, spot, shape.size, plan.palette.near);
  if (spot.isAfloat) {
    for (const { tone, outline } of parts) {
      fillOutline(
        canvas,
        [place(outline, { ...at, scaleY: -scaleY * 0.8 })],
        blend(colors[tone], plan.palette.near, 0.3),
        0.34,
      );
    }
  }
  const rim = Math.max(size * 0.003, 0.7);
  const behind = { ...at, x: at.x + Math.sign(lightX - spot.x) * rim, y: at.y - rim * 0.75 };
  const halo = mix(plan.palette.light, plan.palette.haze, 0.25);
  for (const { tone, outline } of parts) {
    if (tone === "body" || tone === "accent")
      fillOutline(canvas, [place(outline, behind)], halo, spot.isBacklit ? 0.8 : 0.55);
  }
  for (const { tone, outline } of parts) paintPart(canvas, place(outline, at), tone, colors[tone]);
  if (subject.name === "lighthouse" && plan.palette.isDark)
    paintBeams(canvas, { x: at.x, y: at.y - 82 * scaleY }, colors.glow);
}

function paintPart(canvas: Canvas, outline: Outline, tone: Tone, color: Color): void {
  if (tone === "glow") paintLamp(canvas, outline, color);
  const top = Math.min(...outline.map(({ y }) => y));
  const reach = Math.max(...outline.map(({ y }) => y)) - top;
  // Slightly darker towards the feet, which get less light from the sky.
  const foot = scale(color, 0.8);
  const isFlat = tone === "glow" || tone === "eye";
  fillOutline(canvas, [outline], isFlat ? color : (_, y) => blend(color, foot, unit((y - top) / reach)));
}

function colorsOf(shape: SubjectShape, subject: PlannedSubject, plan: ImagePlan, spot: Spot): Record<Tone, Color> {
  const { palette } = plan;
  const own = subject.tint ?? hex(shape.color);
  // Backlight makes a silhouette, less dark if the prompt names a color.
  const dusk = spot.isBacklit ? (subject.tint === null ? 0.6 : 0.36) : 0.1;
  const lit = (color: Color): Color => mix(mix(color, palette.haze, 0.06), palette.near, dusk);
  return {
    body: lit(own),
    dark: lit(adjust(own, { light: -0.13 })),
    light: lit(mix(own, { r: 0.92, g: 0.88, b: 0.82 }, 0.75)),
    accent: lit(hex(shape.accent ?? "#f2a23a")),
    eye: mix(palette.near, { r: 0, g: 0, b: 0 }, 0.5),
    glow: scale(mix(palette.light, { r: 1, g: 0.68, b: 0.26 }, 0.55), 1.4),
  };
}

function paintShadow(canvas: Canvas, spot: Spot, factor: number, color: Color): void {
  const { size } = canvas;
  const [x, y] = [spot.x * size, spot.y * size];
  const reachX = spot.height * factor * 0.42 * size;
  const reachY = reachX * 0.13;
  canvas.overArea({ left: x - reachX, right: x + reachX, top: y - reachY, bottom: y + reachY }, color, (px, py) => {
    const away = ((px - x) / reachX) ** 2 + ((py - y) / reachY) ** 2;
    return 0.55 * unit(1 - away) ** 1.5;
  });
}

function paintLamp(canvas: Canvas, outline: Outline, color: Color): void {
  const middle = outline.reduce((sum, { x, y }) => ({ x: sum.x + x / outline.length, y: sum.y + y / outline.length }), {
    x: 0,
    y: 0,
  });
  const reach = Math.max(...outline.map(({ x, y }) => lengthOf(x - middle.x, y - middle.y)));
  paintGlow(canvas, middle.x, middle.y, Math.min(reach * 4.5, canvas.size * 0.1), color, 0.3);
}

/** Paints the beams of a lighthouse. */
function paintBeams(canvas: Canvas, lamp: { readonly x: number; readonly y: number }, color: Color): void {
  const { size } = canvas;
  canvas.eachPixel({ ...canvas.area, bottom: lamp.y + size * 0.2 }, (pixel, x, y) => {
    const along = (x - lamp.x) / size;
    const off = Math.abs((y - lamp.y) / size + along * 0.12);
    const wide = 0.006 + Math.abs(along) * 0.12;
    if (off > wide) return;
    canvas.add(pixel, color, 0.3 * (1 - off / wide) * smoothStep(0.75, 0.02, Math.abs(along)));
  });
}
