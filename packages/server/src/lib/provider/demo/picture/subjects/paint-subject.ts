import { type Canvas, unit } from "../canvas.js";
import { adjust, blend, type Color, hex, mix, scale } from "../color.js";
import { fillOutline, type Outline, parseOutline, place } from "../outline.js";
import type { PicturePlan, PlannedSubject, Stage } from "../plan.js";
import { createRandom } from "../random.js";
import { paintGlow } from "../trees.js";
import { shapes } from "./subject-names.js";
import type { SubjectShape, Tone } from "./subject-shape.js";

/** Paints a subject on its stage, turned to the light, which catches its edge; a flock, the far ones first. */
export function paintSubject(canvas: Canvas, plan: PicturePlan, subject: PlannedSubject, stage: Stage): void {
  const shape: SubjectShape = shapes[subject.name];
  const { flock = 1 } = shape;
  const random = createRandom(plan.seed, "flock");
  for (let index = flock - 1; index >= 1; index -= 1) {
    const angle = (index / flock) * 2 * Math.PI + random.next() * 2;
    const away = stage.height * random.between(0.62, 0.95);
    const height = stage.height * random.between(0.34, 0.56);
    const x = stage.x + Math.cos(angle) * away;
    const y = stage.y - stage.height * 0.25 + Math.sin(angle) * away * 0.62;
    paintOne(canvas, plan, subject, { ...stage, x, y, height });
  }
  paintOne(canvas, plan, subject, stage);
}

function paintOne(canvas: Canvas, plan: PicturePlan, subject: PlannedSubject, stage: Stage): void {
  const shape: SubjectShape = shapes[subject.name];
  const { size } = canvas;
  const lightX = plan.luminary?.x ?? 0.5;
  // Everybody is drawn looking to the left.
  const turn = lightX > stage.x ? -1 : 1;
  const scaleY = (stage.height * shape.size * size) / 100;
  const placement = { x: stage.x * size, y: stage.y * size, scaleX: scaleY * turn, scaleY };
  const colors = colorsOf(shape, subject, plan, stage);
  if (shape.home === "ground") paintShadow(canvas, stage, shape.size, plan.palette.near);
  const parts = shape.parts.map(([tone, text]) => ({ tone, outline: place(parseOutline(text), placement) }));
  const rim = Math.max(size * 0.0042, 1.2);
  const rimX = Math.sign(lightX - stage.x) * rim;
  const halo = mix(plan.palette.light, plan.palette.haze, 0.25);
  for (const { tone, outline } of parts) {
    if (tone !== "body" && tone !== "accent") continue;
    fillOutline(canvas, [shift(outline, rimX, -rim * 0.75)], halo, stage.isBacklit ? 0.75 : 0.5);
  }
  for (const { tone, outline } of parts) {
    const color = colors[tone];
    if (tone === "glow") paintLamp(canvas, outline, color);
    const top = Math.min(...outline.map(({ y }) => y));
    const reach = Math.max(...outline.map(({ y }) => y)) - top;
    // A little darker towards the feet, where the light from the sky does not reach.
    const foot = scale(color, 0.8);
    const isFlat = tone === "glow" || tone === "eye";
    fillOutline(canvas, [outline], isFlat ? color : (_, y) => blend(color, foot, unit((y - top) / reach)));
  }
}

function colorsOf(shape: SubjectShape, subject: PlannedSubject, plan: PicturePlan, stage: Stage): Record<Tone, Color> {
  const { palette } = plan;
  const own = subject.tint ?? hex(shape.color);
  // Against the light, everything turns into a dark shape; a color that was asked for stays to be seen.
  const dusk = stage.isBacklit ? (subject.tint === null ? 0.62 : 0.4) : 0.12;
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

function paintShadow(canvas: Canvas, stage: Stage, factor: number, color: Color): void {
  const { size } = canvas;
  const [x, y] = [stage.x * size, stage.y * size];
  const reachX = stage.height * factor * 0.42 * size;
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
  const reach = Math.max(...outline.map(({ x, y }) => Math.hypot(x - middle.x, y - middle.y)));
  paintGlow(canvas, middle.x, middle.y, Math.min(reach * 4.5, canvas.size * 0.1), color, 0.3);
}

function shift(outline: Outline, dx: number, dy: number): Outline {
  return outline.map(({ x, y }) => ({ x: x + dx, y: y + dy }));
}
