/** Source of the schema of an image model's input. All types differ. */
export function schemaOf(index: number): string {
  const own = ownFields[index % ownFields.length];
  return `z.object({
      prompt: z.string().min(1).max(2000),
      aspect${index}: z.enum(["square", "tall", "wide-${index}"]).default("square"),
      seed: z.number().int().min(0).max(${1_000 + index}).optional(),
      style: z.object({ name${index}: z.string(), strength: z.number().min(0).max(1) }).optional(),
      ${own},
    })`;
}

/** Source of a valid input. */
export function inputOf(index: number): string {
  return `{ prompt: "a lighthouse", aspect${index}: "wide-${index}", style: { name${index}: "ink", strength: 0.5 } }`;
}

/** Source of an invalid input. */
export const wrongInput = `{ prompt: "a lighthouse", aspect0: "round" }`;

export function nameOf(index: number): string {
  return `model-${index}`;
}

const ownFields = [
  "negative: z.array(z.string()).max(5).optional()",
  "steps: z.number().int().min(1).max(50).default(28)",
  'format: z.union([z.literal("png"), z.literal("webp")]).optional()',
  "guidance: z.object({ scale: z.number(), end: z.number() }).partial().optional()",
  "safe: z.boolean().default(true)",
  "palette: z.record(z.string(), z.number()).optional()",
  "upscale: z.number().positive().nullish()",
];
