import { type Canvas, lengthOf, smoothStep, unit } from "../canvas.js";
import { adjust, blend, type Color, createGradient, mix, scale } from "../color.js";
import type { ImagePlan, Stage } from "../image-plan.js";
import { cloudNoise } from "../noise.js";
import { createRandom } from "../random.js";
import { paintStars } from "../sky.js";
import { createRidge, type Edge, heightOf, paintGround } from "../terrain.js";

/** Paints nebulas and stars, with planets in front. */
export function paintSpace(canvas: Canvas, plan: ImagePlan): Stage {
  const { seed } = plan;
  const random = createRandom(seed, "space");
  paintNebula(canvas, plan, 1);
  paintStars(canvas, plan.palette, 1.3, 1, seed);
  const side = random.chance(0.5) ? 1 : -1;
  const light = { x: -side * 0.75, y: -0.5 };
  const radius = random.between(0.2, 0.29);
  const planet = { x: 0.5 + side * random.between(0.08, 0.2), y: random.between(0.5, 0.62), radius };
  paintPlanet(
    canvas,
    plan,
    { ...planet, hue: random.pick(plan.palette.accents), hasRing: random.chance(0.6) || plan.subject === null },
    light,
  );
  const moon = { x: planet.x - side * random.between(0.34, 0.42), y: random.between(0.2, 0.36), radius: radius * 0.22 };
  paintPlanet(canvas, plan, { ...moon, hue: plan.palette.haze, hasRing: false }, light);
  return { x: 0.5 - side * 0.24, y: 0.78, height: 0.26, isBacklit: false };
}

/** Paints the ground of the moon under a black sky with a blue planet. */
export function paintMoon(canvas: Canvas, plan: ImagePlan): Stage {
  const { palette, seed } = plan;
  const { size } = canvas;
  const random = createRandom(seed, "moon");
  paintNebula(canvas, plan, 0.16);
  paintStars(canvas, palette, 0.8, 1, seed);
  const side = random.chance(0.5) ? 1 : -1;
  const light = { x: -side * 0.8, y: -0.55 };
  const earth = {
    x: 0.5 + side * random.between(0.12, 0.2),
    y: random.between(0.27, 0.34),
    radius: random.between(0.13, 0.17),
  };
  paintEarth(canvas, palette.light, earth, light, seed);
  const stone = mix(palette.light, palette.far, 0.5);
  const from = light.x < 0 ? -1 : 1;
  let front: Edge = new Float32Array(size);
  for (let layer = 0; layer < 3; layer += 1) {
    const form = {
      base: 0.7 + layer * 0.07,
      rise: 0.13 - layer * 0.045,
      hills: 2.6 - layer * 0.7,
      sharpness: 0.3,
      octaves: 5 - layer,
    };
    // The moon is small, so its horizon is curved.
    const bulge = (x: number): number => (x / size - 0.5) ** 2 * 0.22 * layer * size;
    front = createRidge(size, form, seed, `regolith ${layer}`).map((y, x) => y + bulge(x));
    const color = mix(mix(palette.near, stone, 0.3 + layer * 0.26), palette.sky[2], 0.3 - layer * 0.1);
    paintGround(
      canvas,
      front,
      { top: mix(color, palette.light, 0.28), bottom: mix(color, palette.near, 0.7), reach: 0.36 },
      seed,
    );
    paintDust(
      canvas,
      front,
      { light: palette.light, dark: palette.near, from, strength: 0.6 + layer * 0.2 },
      seed + layer,
    );
    paintCraters(canvas, { front, color, light: palette.light, dark: palette.near, from, layer }, seed);
  }
  const x = 0.5 - side * 0.16;
  return { x, y: heightOf(front)(x) + 0.03, height: 0.3, isBacklit: false };
}

/** Adds texture to the ground. Slopes that face the light are brighter. */
function paintDust(
  canvas: Canvas,
  edge: Edge,
  dust: { readonly light: Color; readonly dark: Color; readonly from: number; readonly strength: number },
  seed: number,
): void {
  const { size } = canvas;
  const random = createRandom(seed, "dust");
  const [u, v] = [random.next(), random.next()];
  for (let x = 0; x < size; x += 1) {
    const top = edge[x] ?? size;
    for (let y = Math.max(Math.ceil(top), 0); y < size; y += 1) {
      // The view is at a flat angle, so the texture is wider than tall.
      const [px, py] = [u + (x / size) * 0.9, v + (y / size) * 2.7];
      const slope = cloudNoise(px, py) - cloudNoise(px - dust.from * 0.012, py + 0.004);
      const fade = unit((y - top) / (size * 0.02)) * dust.strength;
      if (slope > 0) canvas.over(y * size + x, dust.light, unit(slope * 3.6) * fade);
      else canvas.over(y * size + x, dust.dark, unit(-slope * 5) * fade);
    }
  }
}

function paintNebula(canvas: Canvas, plan: ImagePlan, strength: number): void {
  const { palette, seed } = plan;
  const { size } = canvas;
  const random = createRandom(seed, "nebula");
  const [u, v, angle] = [random.next(), random.next(), random.between(-0.9, 0.9)];
  const deep = createGradient([palette.sky[0], palette.sky[1], palette.sky[2]]);
  const one = strength < 0.5 ? palette.haze : random.pick(palette.accents);
  const other = palette.accents[random.whole(0, palette.accents.length - 1)] ?? one;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  canvas.eachPixel(canvas.area, (pixel, px, py) => {
    const [x, y] = [px / size - 0.5, py / size - 0.5];
    const along = x * cos + y * sin;
    const across = -x * sin + y * cos;
    const warp = cloudNoise(u + along * 0.6, v + across * 0.6) - 0.5;
    const gas = cloudNoise(u + 0.37 + along * 0.75 + warp * 0.35, v + across * 1.1 + warp * 0.3);
    const dust = cloudNoise(u + 0.71 + along * 1.6 + warp * 0.5, v + 0.2 + across * 2.2);
    const band = Math.exp(-(((across + warp * 0.35) / 0.3) ** 2));
    canvas.over(pixel, deep(unit(band * 0.8 + gas * 0.25 - 0.1)), 1);
    const glow = smoothStep(0.38, 0.85, gas) * band * strength;
    canvas.add(pixel, one, glow * 0.5 * (1 - 0.75 * smoothStep(0.45, 0.75, dust)));
    canvas.add(pixel, other, smoothStep(0.5, 0.9, dust) * band * 0.22 * strength);
  });
}

interface Globe {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Visits the pixels of a sphere with the normal of its surface. `shine` is the light on it. */
function eachOfGlobe(
  canvas: Canvas,
  globe: Globe,
  light: { readonly x: number; readonly y: number },
  visit: (pixel: number, cover: number, nx: number, ny: number, shine: number) => void,
): void {
  const { size } = canvas;
  const [cx, cy, radius] = [globe.x * size, globe.y * size, globe.radius * size];
  const area = { left: cx - radius - 1, right: cx + radius + 1, top: cy - radius - 1, bottom: cy + radius + 1 };
  const front = Math.sqrt(Math.max(1 - light.x ** 2 - light.y ** 2, 0.05));
  canvas.eachPixel(area, (pixel, x, y) => {
    const [nx, ny] = [(x - cx) / radius, (y - cy) / radius];
    const away = lengthOf(nx, ny);
    const cover = unit((1 - away) * radius + 0.5);
    if (cover <= 0) return;
    const nz = Math.sqrt(Math.max(1 - away * away, 0));
    visit(pixel, cover, nx, ny, unit(nx * light.x + ny * light.y + nz * front * 0.9));
  });
}

function paintHalo(canvas: Canvas, globe: Globe, color: Color, light: { x: number; y: number }): void {
  const { size } = canvas;
  const reach = globe.radius * 1.28 * size;
  const [cx, cy, radius] = [globe.x * size, globe.y * size, globe.radius * size];
  canvas.eachPixel({ left: cx - reach, right: cx + reach, top: cy - reach, bottom: cy + reach }, (pixel, x, y) => {
    const away = lengthOf(x - cx, y - cy) / radius;
    if (away < 0.97) return;
    const towards = unit(0.35 + ((x - cx) * light.x + (y - cy) * light.y) / radius / 1.6);
    canvas.add(pixel, color, 0.55 * towards * Math.exp(-(away - 0.97) * 16));
  });
}

function paintPlanet(
  canvas: Canvas,
  plan: ImagePlan,
  planet: Globe & { readonly hue: Color; readonly hasRing: boolean },
  light: { x: number; y: number },
): void {
  const { seed } = plan;
  const random = createRandom(seed, `planet ${planet.radius.toFixed(4)}`);
  const [u, v] = [random.next(), random.next()];
  const bands = createGradient([
    adjust(planet.hue, { light: -0.12, turn: -25 }),
    planet.hue,
    adjust(planet.hue, { light: 0.16, chroma: 0.55 }),
    adjust(planet.hue, { turn: 25, light: -0.03 }),
    adjust(planet.hue, { light: 0.2, chroma: 0.4 }),
  ]);
  const tilt = random.between(-0.5, 0.5);
  if (planet.hasRing) paintRing(canvas, planet, plan, tilt, "behind");
  paintHalo(canvas, planet, mix(planet.hue, plan.palette.light, 0.4), light);
  eachOfGlobe(canvas, planet, light, (pixel, cover, nx, ny, shine) => {
    const latitude = -nx * Math.sin(tilt) + ny * Math.cos(tilt);
    const longitude = nx * Math.cos(tilt) + ny * Math.sin(tilt);
    const turbulence = cloudNoise(u + longitude * 0.16, v + latitude * 0.5) - 0.5;
    const band = 0.5 + 0.42 * Math.sin(latitude * 9 + turbulence * 5) + turbulence * 0.5;
    canvas.over(pixel, scale(bands(band), 0.02 + shine * 1.05), cover);
  });
  if (planet.hasRing) paintRing(canvas, planet, plan, tilt, "before");
}

function paintRing(
  canvas: Canvas,
  planet: Globe & { readonly hue: Color },
  { palette, seed }: ImagePlan,
  tilt: number,
  part: "behind" | "before",
): void {
  const { size } = canvas;
  const [cx, cy, radius] = [planet.x * size, planet.y * size, planet.radius * size];
  const reach = radius * 2.1;
  const color = mix(adjust(planet.hue, { light: 0.2, chroma: 0.5 }), palette.light, 0.35);
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
  const offset = createRandom(seed, "ring").next();
  canvas.overArea({ left: cx - reach, right: cx + reach, top: cy - reach, bottom: cy + reach }, color, (x, y) => {
    const along = (x - cx) * cos + (y - cy) * sin;
    const across = (-(x - cx) * sin + (y - cy) * cos) / 0.26;
    if (across > 0 !== (part === "before")) return 0;
    const away = lengthOf(along, across) / radius;
    if (away < 1.2 || away > 2.05) return 0;
    const groove = cloudNoise(offset + away * 1.7, 0.5) * 0.75 + 0.2;
    return (
      unit(smoothStep(1.24, 1.32, away) * smoothStep(2.02, 1.86, away) * groove * 1.1) *
      (Math.abs(away - 1.66) < 0.035 ? 0.25 : 0.85)
    );
  });
}

function paintEarth(canvas: Canvas, glow: Color, globe: Globe, light: { x: number; y: number }, seed: number): void {
  const random = createRandom(seed, "earth");
  const [u, v] = [random.next(), random.next()];
  const ocean = { r: 0.02, g: 0.16, b: 0.5 };
  const land = { r: 0.12, g: 0.26, b: 0.08 };
  const sand = { r: 0.42, g: 0.3, b: 0.14 };
  const cloud = mix(glow, { r: 1, g: 1, b: 1 }, 0.7);
  paintHalo(canvas, globe, { r: 0.25, g: 0.55, b: 1 }, light);
  eachOfGlobe(canvas, globe, light, (pixel, cover, nx, ny, shine) => {
    const bulge = 1 / (0.55 + 0.45 * Math.sqrt(Math.max(1 - nx * nx - ny * ny, 0)));
    const [x, y] = [nx * bulge * 0.2, ny * bulge * 0.2];
    const height = cloudNoise(u + x, v + y);
    const surface =
      height > 0.55
        ? blend(land, sand, smoothStep(0.58, 0.72, height))
        : blend(ocean, { r: 0.05, g: 0.35, b: 0.6 }, smoothStep(0.42, 0.55, height));
    const sky = smoothStep(0.52, 0.74, cloudNoise(u + 0.4 + x * 1.9, v + y * 2.6 + x * 0.6));
    canvas.over(pixel, scale(blend(surface, cloud, sky * 0.9), 0.015 + shine * 1.15), cover);
    canvas.add(pixel, { r: 0.2, g: 0.5, b: 1 }, cover * 0.3 * shine * (nx * nx + ny * ny) ** 3);
  });
}

function paintCraters(
  canvas: Canvas,
  ground: {
    readonly front: Edge;
    readonly color: Color;
    readonly light: Color;
    readonly dark: Color;
    readonly from: number;
    readonly layer: number;
  },
  seed: number,
): void {
  const { size } = canvas;
  const { front, color, light, dark, from, layer } = ground;
  const random = createRandom(seed, `craters ${layer}`);
  for (let index = 0; index < 9; index += 1) {
    const x = random.next() * size;
    const top = front[Math.floor(x)] ?? size;
    const depth = random.between(0.02, 0.2) * size;
    const radiusX = (0.01 + random.next() ** 2 * 0.055) * (0.6 + layer * 0.35) * size * (0.6 + (depth / size) * 2);
    const radiusY = radiusX * 0.3;
    const y = top + depth;
    const area = {
      left: x - radiusX * 1.3,
      right: x + radiusX * 1.3,
      top: Math.max(y - radiusY * 1.4, top + radiusY * 0.5),
      bottom: y + radiusY * 1.4,
    };
    canvas.eachPixel(area, (pixel, px, py) => {
      const [dx, dy] = [(px - x) / radiusX, (py - y) / radiusY];
      const away = lengthOf(dx, dy);
      if (away > 1.25) return;
      const wall = smoothStep(1.04, 0.9, away);
      const shade = unit(0.5 + 0.5 * (dx * from) - dy * 0.25);
      canvas.over(pixel, blend(blend(color, light, 0.25), dark, shade * 0.85), wall * 0.75);
      const rim = Math.exp(-(((away - 1.06) / 0.07) ** 2));
      canvas.over(pixel, light, rim * 0.32 * unit(0.5 + 0.5 * (dx * from) - dy * 0.3));
    });
  }
}
