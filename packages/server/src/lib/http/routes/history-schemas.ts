import {
  type Cancellation,
  type FailureCode,
  failures,
  type GenerationAttempt,
  type TimelineEvent,
} from "@safelight/client/contract";
import { z } from "zod";
import { registerSchema } from "./named-schemas.js";
import { count, instant } from "./scalar-schemas.js";

// `Object.keys` loses the type of the keys. The table is a constant with at least one row and no other keys.
const failureCodes = Object.keys(failures) as [FailureCode, ...FailureCode[]];

/** Cause of a failure. */
export const failure = z.object({ code: z.enum(failureCodes), message: z.string(), retryable: z.boolean() });

const attempt = registerSchema(
  "GenerationAttempt",
  z.object({
    number: count,
    status: z.enum(["submitting", "accepted", "unknown", "rejected", "failed", "done", "canceled"]),
    startedAt: instant,
    endedAt: instant.nullable(),
    error: failure.nullable(),
  }) satisfies z.ZodType<GenerationAttempt>,
);

const timelineEvent = registerSchema(
  "TimelineEvent",
  z.object({
    type: z.enum([
      "submitted",
      "attempt_started",
      "accepted",
      "webhook",
      "cancel_requested",
      "attempt_ended",
      "stored",
      "settled",
      "noticed",
      "seen",
    ]),
    at: instant,
    attempt: count.nullable(),
  }) satisfies z.ZodType<TimelineEvent>,
);

const cancellation = registerSchema(
  "Cancellation",
  z.object({
    outcome: z.enum(["canceled", "requested", "already_ended"]),
    refund: z.enum(["full", "partial", "none", "pending"]),
    refundCredits: count.nullable(),
  }) satisfies z.ZodType<Cancellation>,
);

/** Members of a generation that only some responses have. */
export const historyFields = {
  attempts: z.array(attempt).exactOptional().meta({ description: "Only with `include=attempts`." }),
  timeline: z.array(timelineEvent).exactOptional().meta({ description: "Only with `include=timeline`." }),
  cancellation: cancellation.exactOptional().meta({ description: "Only in the response to a cancel." }),
};
