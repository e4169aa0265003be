import type { Color } from "./color.js";
import type { Palette } from "./palettes.js";
import { createRandom } from "./random.js";
import type { Luminary } from "./sky.js";
import type { SubjectName } from "./subjects/subject-names.js";

/** Where a picture takes place. */
export type SceneName =
  | "mountains"
  | "lake"
  | "sea"
  | "forest"
  | "meadow"
  | "desert"
  | "city"
  | "moon"
  | "space"
  | "underwater"
  | "ribbons"
  | "circles";

/** What grows there. */
export type TreeKind = "pine" | "round" | "palm";

/** What falls or floats in the air. */
export type Weather = "snow" | "rain" | "petals" | "fireflies";

/** Who or what the picture is of. */
export interface PlannedSubject {
  readonly name: SubjectName;
  /** Where the prompt gives it a color. */
  readonly tint: Color | null;
}

/** Everything that a prompt and a seed decide about a picture, whatever its size. */
export interface PicturePlan {
  readonly seed: number;
  readonly palette: Palette;
  readonly scene: SceneName;
  readonly trees: TreeKind;
  /** In the sky; `null` for none. Its `x` leaves the other side to the subject. */
  readonly luminary: Luminary | null;
  /** From 0 to 1 each. */
  readonly stars: number;
  readonly clouds: number;
  readonly mist: number;
  readonly hasAurora: boolean;
  readonly weather: Weather | null;
  readonly subject: PlannedSubject | null;
  /** Colors that the prompt names, other than the subject's; for flowers, ribbons and paper. */
  readonly inks: readonly Color[];
}

/** Where a subject can stand in a scene; parts of the picture's width. */
export interface Stage {
  readonly x: number;
  readonly y: number;
  /** Height of a subject of ordinary size. */
  readonly height: number;
  /** Whether it is seen as a dark shape before the light. */
  readonly isBacklit: boolean;
  /** Where something floats that belongs on water; absent where there is none. */
  readonly water?: { readonly x: number; readonly y: number };
  /** Paints what stands in front of the subject. */
  readonly cover?: () => void;
}

/** Off the middle, on the side that the luminary leaves free. */
export function standAway({ luminary, seed }: PicturePlan): number {
  const random = createRandom(seed, "stand");
  return luminary !== null && luminary.x > 0.5 ? random.between(0.3, 0.38) : random.between(0.62, 0.7);
}
