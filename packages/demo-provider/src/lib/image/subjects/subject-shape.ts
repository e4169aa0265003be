/** The color of a part: the subject's own, darker, lighter, its second color, an eye, or light that shines. */
export type Tone = "body" | "dark" | "light" | "accent" | "eye" | "glow";

/** A subject, as parts that are painted one over the other. */
export interface SubjectShape {
  /** Where the prompt names no color. */
  readonly color: string;
  /** Second color. @default "#f2a23a" */
  readonly accent?: string;
  /** Where it belongs: on the ground, in the air, on water, or under it. */
  readonly home: "ground" | "air" | "water" | "deep";
  /** Height in relation to other subjects. */
  readonly size: number;
  /** How many there are: one large, the others smaller around it. @default 1 */
  readonly flock?: number;
  /** Tone and outline; an outline's units are hundredths of the height, its origin the middle of the feet, up is minus. */
  readonly parts: readonly (readonly [Tone, string])[];
}
