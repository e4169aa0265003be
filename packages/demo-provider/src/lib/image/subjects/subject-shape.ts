/** Color of a part: the subject's own, darker, lighter, its second color, an eye, or emitted light. */
export type Tone = "body" | "dark" | "light" | "accent" | "eye" | "glow";

/** A subject as parts, from back to front. */
export interface SubjectShape {
  /** Default color, if the prompt names none. */
  readonly color: string;
  /** Second color. @default "#f2a23a" */
  readonly accent?: string;
  /** Habitat: on the ground, in the air, on water, or under water. */
  readonly home: "ground" | "air" | "water" | "deep";
  /** Height relative to other subjects. */
  readonly size: number;
  /** Number of members: one large, the others smaller around it. @default 1 */
  readonly flock?: number;
  /** Tone and outline. Outlines are in hundredths of the height. The origin is between the feet; negative is up. */
  readonly parts: readonly (readonly [Tone, string])[];
}
