import type { Json, QuoteResponse, RemainingRate } from "@safelight/client/contract";
import { z } from "zod";
import { registerSchema } from "./named-schemas.js";
import { count, instant } from "./scalar-schemas.js";

export const quoteBody = registerSchema(
  "QuoteBody",
  z.object({ model: z.string(), input: z.custom<Json>().meta({ description: "The input of the model's schema." }) }),
);

const remainingRate = registerSchema(
  "RemainingRate",
  z.object({ max: count, perMs: z.number(), remaining: count, retryAfterMs: count }) satisfies z.ZodType<RemainingRate>,
);

export const quoteResponse = registerSchema(
  "QuoteResponse",
  z.object({
    credits: count.nullable(),
    balance: count.nullable(),
    expectedAt: instant.nullable(),
    expectedOutputs: count,
    queueLength: z.union([count, z.literal("100+")]).nullable(),
    limits: z.object({
      concurrent: z.object({ max: count, active: count }).nullable(),
      rate: remainingRate.nullable(),
      refunds: remainingRate.nullable(),
    }),
    ownerTag: z.string(),
  }) satisfies z.ZodType<QuoteResponse>,
);
