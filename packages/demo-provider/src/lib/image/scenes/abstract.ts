import { type Canvas, lengthOf, smoothStep, unit } from "../canvas.js";
import { adjust, blend, type Color, createGradient, mix, scale } from "../color.js";
import type { ImagePlan, Stage } from "../image-plan.js";
import { cloudNoise, createLineNoise } from "../noise.js";
import { createRandom } from "../random.js";
import { paintDisc } from "../trees.js";

/** Paints overlapping ribbons of light. Each ribbon has the shadow of the next one on it. */
export function paintRibbons(canvas: Canvas, plan: ImagePlan): Stage {
  const { palette, seed } = plan;
  const { size } = canvas;
  const random = createRandom(seed, "ribbons");
  const count = random.whole(7, 10);
  const tilt = random.between(-0.55, 0.55);
  const hues = createGradient(stopsOf(plan));
  const turned = random.chance(0.5);
  canvas.eachPixel(canvas.area, (pixel, x, y) =>
    canvas.over(pixel, hues(turned ? 1 - (y / size) * 0.2 : (y / size) * 0.2 + (x / size) * 0.05), 1),
  );
  for (let index = 0; index < count; index += 1) {
    const share = (index + 1) / count;
    const slow = createLineNoise(seed, `ribbon ${index}`);
    const base = -0.1 + 1.12 * share + random.between(-0.03, 0.03);
    const swing = random.between(0.1, 0.17);
    const pitch = random.between(1.1, 1.9);
    const place = turned ? 1 - share : share;
    const [near, far] = [hues(unit(place + 0.1)), hues(unit(place - 0.12))];
    const edgeAt = (x: number): number =>
      base + tilt * (x - 0.5) + swing * (slow(x * pitch + index * 0.31) + 0.35 * slow(x * pitch * 2.1 + 40));
    const shadow = scale(palette.sky[0], 0.25);
    for (let column = 0; column < size; column += 1) {
      const x = (column + 0.5) / size;
      const edge = edgeAt(x);
      const slope = (edgeAt(x + 0.01) - edgeAt(x - 0.01)) / 0.02;
      const across = Math.sqrt(1 + slope * slope);
      // Silk is brighter on surfaces that face the light.
      const sheen = 0.5 + 0.5 * Math.tanh(slope * 1.3);
      const start = Math.max(Math.floor((edge - 0.1 * across) * size), 0);
      for (let row = start; row < size; row += 1) {
        const depth = ((row + 0.5) / size - edge) / across;
        const pixel = row * size + column;
        const cover = unit(depth * size + 0.5);
        if (cover < 1) {
          const dim = smoothStep(-0.09, 0.012, depth);
          canvas.over(pixel, shadow, 0.42 * dim * dim * (1 - cover));
        }
        if (cover <= 0) continue;
        const fold = unit(depth * 2.6 + (sheen - 0.5) * 0.45);
        canvas.over(pixel, blend(near, far, fold), cover);
        canvas.add(
          pixel,
          palette.light,
          cover * (0.16 * sheen * Math.exp(-depth * 9) + 0.2 * Math.exp(-depth * size * 0.012 * 30)),
        );
      }
    }
  }
  return { x: 0.5, y: 0.9, height: 0.34, isBacklit: true };
}

/** Returns the colors that the prompt names, with their shades; without any, the palette from dark to light. */
function stopsOf({ palette, inks }: ImagePlan): readonly [Color, ...Color[]] {
  const [first, ...more] = inks;
  const { sky, accents, light } = palette;
  if (first === undefined) return [sky[0], sky[1], accents[0], sky[2], accents[1] ?? sky[2], sky[3]];
  const shades = [first, ...more].flatMap((ink) => [adjust(ink, { light: -0.1 }), ink, adjust(ink, { light: 0.12 })]);
  return [adjust(first, { light: -0.24 }), ...shades, mix(adjust(more.at(-1) ?? first, { light: 0.2 }), light, 0.25)];
}

/** Paints discs and arcs like cut paper. */
export function paintCircles(canvas: Canvas, plan: ImagePlan): Stage {
  const { palette, seed } = plan;
  const { size } = canvas;
  const random = createRandom(seed, "circles");
  const paper = mix(palette.sky[3], palette.light, 0.45);
  const [u, v] = [random.next(), random.next()];
  const inks =
    plan.inks.length > 0
      ? [...plan.inks, palette.near]
      : [palette.sky[0], palette.sky[1], palette.sky[2], palette.far, ...palette.accents];
  canvas.eachPixel(canvas.area, (pixel, x, y) => {
    const fiber = cloudNoise(u + (x / size) * 3.7, v + (y / size) * 3.7) - 0.5;
    canvas.over(pixel, scale(paper, 1 + fiber * 0.07), 1);
  });
  const heart = { x: random.between(0.36, 0.64), y: random.between(0.36, 0.6) };
  for (let index = 0; index < 13; index += 1) {
    const angle = index * 2.39996 + random.next();
    const away = 0.07 + 0.033 * index;
    const radius = (index === 0 ? 0.25 : random.between(0.035, 0.19) * (1.15 - index * 0.05)) * size;
    const x = (heart.x + Math.cos(angle) * away) * size;
    const y = (heart.y + Math.sin(angle) * away) * size;
    const color = adjust(inks[random.whole(0, inks.length - 1)] ?? palette.near, { turn: random.between(-10, 10) });
    paintCut(
      canvas,
      { x, y, radius, half: index % 4 === 2 ? random.between(0, 2 * Math.PI) : null, ring: index % 5 === 3 },
      color,
    );
  }
  for (let index = 0; index < 9; index += 1) {
    const x = random.between(0.08, 0.92) * size;
    const y = random.between(0.08, 0.92) * size;
    paintDisc(canvas, x, y, random.between(0.004, 0.012) * size, random.pick(palette.accents), 1);
  }
  return { x: 0.5, y: 0.85, height: 0.4, isBacklit: true };
}

function paintCut(
  canvas: Canvas,
  cut: {
    readonly x: number;
    readonly y: number;
    readonly radius: number;
    readonly half: number | null;
    readonly ring: boolean;
  },
  color: { r: number; g: number; b: number },
): void {
  const { x, y, radius, half, ring } = cut;
  const soft = canvas.size * 0.02;
  const reach = radius + soft * 2;
  const signedAt = (px: number, py: number): number => {
    const disc = radius - lengthOf(px - x, py - y);
    const ringed = ring ? Math.min(disc, lengthOf(px - x, py - y) - radius * 0.62) : disc;
    return half === null ? ringed : Math.min(ringed, (px - x) * Math.cos(half) + (py - y) * Math.sin(half));
  };
  const area = { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach };
  canvas.overArea(
    area,
    { r: 0.01, g: 0.01, b: 0.02 },
    (px, py) => 0.3 * smoothStep(-soft * 1.3, soft * 0.6, signedAt(px - soft * 0.3, py - soft * 0.5)),
  );
  canvas.eachPixel(area, (pixel, px, py) => {
    const cover = unit(signedAt(px, py) + 0.5);
    if (cover > 0) canvas.over(pixel, scale(color, 0.92 + 0.16 * unit(0.5 + (x - px + y - py) / (radius * 4))), cover);
  });
}
