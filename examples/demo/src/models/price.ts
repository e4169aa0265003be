import { creditsPerImage } from "../prices.ts";
import { type ModelId, takesField } from "./models.ts";

/** Credits for a generation of so many pictures. A model without `count` makes one. */
export function priceOf(model: ModelId, count: number): number {
  return creditsPerImage[model] * (takesField(model, "count") ? count : 1);
}
