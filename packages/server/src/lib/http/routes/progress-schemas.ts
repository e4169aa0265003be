import type { Progress, QueuePlace } from "@safelight/client/contract";
import { z } from "zod";
import { registerSchema } from "./named-schemas.js";
import { count, instant } from "./scalar-schemas.js";

const place = {
  queuePosition: z.union([count, z.literal("100+")]).nullable(),
  queuePositionAt: instant.nullable(),
  etaMs: count.nullable(),
};

export const progress = registerSchema(
  "Progress",
  z.object({
    value: z.number().meta({ minimum: 0, maximum: 1 }).nullable(),
    source: z.enum(["provider", "estimate", "none"]),
    ...place,
    previewUrl: z.string().nullable(),
  }) satisfies z.ZodType<Progress>,
);

export const queuePlace = registerSchema(
  "QueuePlace",
  z.object({
    id: z.string(),
    version: count,
    expectedAt: instant.nullable(),
    progress: z.object(place),
  }) satisfies z.ZodType<QueuePlace>,
);
