import { creditsPerImage } from "../prices.ts";
import { acceptsField, type ModelId } from "./models.ts";

/** Credits for a generation with `count` images. A model without the field `count` makes one image. */
export function priceOf(model: ModelId, count: number): number {
  return creditsPerImage[model] * (acceptsField(model, "count") ? count : 1);
}
