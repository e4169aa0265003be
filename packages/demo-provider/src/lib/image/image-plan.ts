import type { Color } from "./color.js";
import type { Palette } from "./palettes.js";
import { createRandom } from "./random.js";
import type { Luminary } from "./sky.js";
import type { SubjectName } from "./subjects/subject-names.js";

/** Scene of an image. */
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

/** Trees of a scene. */
export type TreeKind = "pine" | "round" | "palm";

/** Particles in the air. */
export type Weather = "snow" | "rain" | "petals" | "fireflies";

/** Subject of an image. */
export interface PlannedSubject {
  readonly name: SubjectName;
  /** The color that the prompt names; `null` for its own color. */
  readonly tint: Color | null;
}

/** All choices for an image, independent of its size. A prompt and a seed determine them. */
export interface ImagePlan {
  readonly seed: number;
  readonly palette: Palette;
  readonly scene: SceneName;
  readonly trees: TreeKind;
  /** In the sky; `null` for none. The subject stands on the other side. */
  readonly luminary: Luminary | null;
  /** From 0 to 1 each. */
  readonly stars: number;
  readonly clouds: number;
  readonly mist: number;
  readonly hasAurora: boolean;
  readonly weather: Weather | null;
  readonly subject: PlannedSubject | null;
  /** Colors that the prompt names, without the subject's. Used for flowers, ribbons and paper. */
  readonly inks: readonly Color[];
}

/** Position of a subject in a scene. Lengths are fractions of the image's width. */
export interface Stage {
  readonly x: number;
  readonly y: number;
  /** Height of a subject of size 1. */
  readonly height: number;
  /** Whether the subject is a silhouette against the light. */
  readonly isBacklit: boolean;
  /** Position of a floating subject. Absent without water. */
  readonly water?: { readonly x: number; readonly y: number };
  /** Paints the foreground over the subject. */
  readonly cover?: () => void;
}

/** Returns an off-center `x` on the side without the luminary. */
export function standAway({ luminary, seed }: ImagePlan): number {
  const random = createRandom(seed, "stand");
  return luminary !== null && luminary.x > 0.5 ? random.between(0.3, 0.38) : random.between(0.62, 0.7);
}
