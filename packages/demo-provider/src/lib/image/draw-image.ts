import { Canvas } from "./canvas.js";
import { type Bitmap, finish } from "./finish.js";
import type { ImagePlan, Stage } from "./image-plan.js";
import type { ImageSpec } from "./image-spec.js";
import { planImage } from "./plan-image.js";
import { paintCircles, paintRibbons } from "./scenes/abstract.js";
import { paintCity } from "./scenes/city.js";
import { paintDesert } from "./scenes/desert.js";
import { paintMoon, paintSpace } from "./scenes/heavens.js";
import { paintLake, paintMountains } from "./scenes/highlands.js";
import { paintMeadow } from "./scenes/meadow.js";
import { paintSea } from "./scenes/sea.js";
import { paintUnderwater } from "./scenes/underwater.js";
import { paintForest } from "./scenes/woods.js";
import { paintClouds, paintLuminary, paintSky, paintStars } from "./sky.js";
import { paintSubject } from "./subjects/paint-subject.js";
import { paintAurora, paintWeather } from "./weather.js";

/** Draws an image from back to front: sky, scene, subject, weather, finish. */
export function drawImage(image: ImageSpec): Bitmap {
  const plan = planImage(image);
  const canvas = new Canvas(image.size);
  const stage = paintScene(canvas, plan);
  if (plan.subject !== null) paintSubject(canvas, plan, plan.subject, stage);
  stage.cover?.();
  paintWeather(canvas, plan);
  return finish(canvas, { bloom: plan.palette.isDark ? 0.5 : 0.3, grain: 0.45, vignette: 0.3 }, plan.seed);
}

function paintScene(canvas: Canvas, plan: ImagePlan): Stage {
  switch (plan.scene) {
    case "ribbons":
      return paintRibbons(canvas, plan);
    case "circles":
      return paintCircles(canvas, plan);
    case "space":
      return paintSpace(canvas, plan);
    case "moon":
      return paintMoon(canvas, plan);
    case "underwater":
      return paintUnderwater(canvas, plan);
    case "forest":
      return paintForest(canvas, plan);
    case "mountains":
      paintAir(canvas, plan, 0.66);
      return paintMountains(canvas, plan);
    case "lake":
      paintAir(canvas, plan, 0.64);
      return paintLake(canvas, plan);
    case "sea":
      paintAir(canvas, plan, 0.58);
      return paintSea(canvas, plan);
    case "meadow":
      paintAir(canvas, plan, 0.62);
      return paintMeadow(canvas, plan);
    case "desert":
      paintAir(canvas, plan, 0.6);
      return paintDesert(canvas, plan);
    case "city":
      paintAir(canvas, plan, 0.74);
      return paintCity(canvas, plan);
  }
}

/** Paints the sky above the horizon. */
function paintAir(canvas: Canvas, plan: ImagePlan, horizon: number): void {
  const { palette, luminary, seed } = plan;
  paintSky(canvas, palette, horizon, luminary, seed);
  if (plan.stars > 0) paintStars(canvas, palette, horizon, plan.stars, seed);
  if (plan.hasAurora) paintAurora(canvas, plan, horizon);
  if (luminary !== null) paintLuminary(canvas, palette, luminary, seed);
  paintClouds(canvas, palette, { horizon, amount: plan.clouds, luminary }, seed);
}
