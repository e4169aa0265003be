import { generationStatuses, type Json, type JsonObject, longestWaitSeconds } from "@safelight/client/contract";
import { z } from "zod";
import { maxSeenIds } from "../../service/change/mark-seen.js";
import { maxClaimLength } from "../../service/change/notices.js";
import { defaultPageLimit, maxPageLimit } from "../../service/read/page-limit.js";
import { maxMetadataBytes, maxScopeLength } from "../../service/submit/check-submit-body.js";
import { name } from "./named-schemas.js";

/*
 * The shapes of requests. The service checks the values, because its callers without HTTP need the same limits; here
 * they are only told to whoever reads the OpenAPI document.
 */

const scope = z.string().meta({ maxLength: maxScopeLength, description: "The place it is submitted from." });
const json = z.custom<Json>();
/** Passed on as it is: a schema that copies would lose a `__proto__` key, and the service could not refuse it. */
const jsonObject = z
  .custom<JsonObject>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "An object is expected.",
  )
  .meta({ type: "object" });

export const submitBody = name(
  "SubmitBody",
  z.object({
    model: z.string(),
    input: json.meta({ description: "What the model's own schema asks for." }),
    scope: scope.exactOptional(),
    metadata: jsonObject.exactOptional().meta({ description: `At most ${maxMetadataBytes} bytes as JSON.` }),
    expectedCredits: z
      .number()
      .meta({ type: "integer", minimum: 0, description: "The price the user was shown; another one refuses." })
      .exactOptional(),
  }),
);

export const retryBody = name(
  "RetryBody",
  z.object({
    input: jsonObject.exactOptional().meta({ description: "Replaces fields of the old input." }),
  }),
);

export const seenBody = name("SeenBody", z.object({ ids: z.array(z.string()).meta({ maxItems: maxSeenIds }) }));

const claim = z.string().meta({ maxLength: maxClaimLength, pattern: "^[\\w-]+$" });

export const claimNoticesBody = name("ClaimNoticesBody", z.object({ claim }));

export const confirmNoticesBody = name(
  "ConfirmNoticesBody",
  z.object({ claim, ids: z.array(z.string()).meta({ maxItems: maxSeenIds }) }),
);

/** A number in a query: digits only, so that neither `1e3` nor an empty text is one. */
function digits(meta: { readonly minimum: number; readonly maximum?: number; readonly description?: string }) {
  return z
    .string()
    .refine((text) => /^\d{1,15}$/.test(text), "A whole number, 0 or more.")
    .transform(Number)
    .meta({ type: "integer", ...meta });
}

const wait = digits({ minimum: 0, maximum: longestWaitSeconds })
  .exactOptional()
  .meta({
    description: `Seconds to hold the request while nothing changes; more than ${longestWaitSeconds} count as that.`,
  });
const limit = digits({
  minimum: 1,
  maximum: maxPageLimit,
  description: `${defaultPageLimit} unless given.`,
}).exactOptional();
const cursor = z.string().exactOptional().meta({ description: "`nextCursor` of the page before." });

export const statusQuery = z.object({
  wait: wait.meta({ description: "Seconds to hold the request while the tag in If-None-Match still holds." }),
});

export const activeQuery = z.object({
  scope: scope.exactOptional(),
  after: digits({ minimum: 0 }).exactOptional().meta({ description: "`sequence` of an earlier answer." }),
  wait,
});

export const eventsQuery = z.object({
  after: digits({ minimum: 0 })
    .exactOptional()
    .meta({ description: "`sequence` to go on from, where no Last-Event-ID says it; without either, from now on." }),
});

export const historyQuery = z.object({
  limit,
  cursor,
  status: z.enum(generationStatuses).exactOptional(),
  model: z.string().exactOptional(),
  scope: scope.exactOptional(),
});

export const creditsQuery = z.object({ limit, cursor });

export const mediaQuery = z.object({
  expires: z.string().exactOptional().meta({ description: "From a signed URL: when it expires, in epoch seconds." }),
  signature: z.string().exactOptional().meta({ description: "From a signed URL." }),
  of: z.string().exactOptional().meta({ description: "From a signed URL: changes with the bytes." }),
  download: z.literal("1").exactOptional().meta({ description: "Save the file instead of showing it." }),
});
