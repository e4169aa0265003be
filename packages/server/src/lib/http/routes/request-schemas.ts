import { generationStatuses, type Json, type JsonObject, maxWaitSeconds } from "@safelight/client/contract";
import { z } from "zod";
import { maxSeenIds } from "../../service/change/mark-seen.js";
import { maxClaimLength } from "../../service/change/notices.js";
import { defaultPageLimit, maxPageLimit } from "../../service/read/page-limit.js";
import { maxManyInputs } from "../../service/submit/check-many-body.js";
import { maxMetadataBytes, maxScopeLength, maxStartDelayMs } from "../../service/submit/check-submit-body.js";
import { registerSchema } from "./named-schemas.js";

/*
 * The shapes of requests. The service checks the limits, because callers without HTTP need the same ones; the limits here
 * are metadata of the OpenAPI document, except that of `ids`.
 */

const scope = z
  .string()
  .meta({ maxLength: maxScopeLength, description: "Label of the part of the app that submits it." });
const gallery = z.enum(["own", "team"]);
/** The gallery of a request. A team is that of `identify`. */
const of = gallery.exactOptional().meta({ description: "`team`: the gallery of the caller's team. Default `own`." });
const json = z.custom<Json>();
/** A custom schema returns the same object: a copying schema would drop a `__proto__` key that the service must reject. */
const jsonObject = z
  .custom<JsonObject>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "Must be an object.",
  )
  .meta({ type: "object" });

/** The members that the generations of one submit share. */
const submitFields = {
  scope: scope.exactOptional(),
  visibility: gallery.exactOptional().meta({ description: "The gallery in which it appears; the host decides." }),
  metadata: jsonObject.exactOptional().meta({ description: `At most ${maxMetadataBytes} bytes as JSON.` }),
  expectedCredits: z
    .number()
    .meta({ type: "integer", minimum: 0, description: "The price shown to the user; another price is refused." })
    .exactOptional(),
  notBefore: z
    .string()
    .meta({ format: "date-time", description: "The earliest start, with an offset, at most 30 days ahead." })
    .exactOptional(),
  expiresAfterMs: z
    .number()
    .meta({
      type: "integer",
      minimum: 1,
      maximum: maxStartDelayMs,
      description: "Fails it with `expired` if no attempt has started within this time, counted from `notBefore`.",
    })
    .exactOptional(),
};

export const submitBody = registerSchema(
  "SubmitBody",
  z.object({
    model: z.string(),
    input: json.meta({ description: "The input of the model's schema." }),
    ...submitFields,
  }),
);

export const submitManyBody = registerSchema(
  "SubmitManyBody",
  z.object({
    model: z.string(),
    // The service checks the length before the elements.
    inputs: z.array(json).meta({
      minItems: 1,
      maxItems: maxManyInputs,
      description: "Inputs of the model's schema, a generation for each.",
    }),
    ...submitFields,
  }),
);

export const retryBody = registerSchema(
  "RetryBody",
  z.object({
    input: jsonObject.exactOptional().meta({ description: "Fields that replace those of the old input." }),
    expectedCredits: submitFields.expectedCredits,
  }),
);

/**
 * Checks the length before the elements: the issues of a hundred thousand invalid elements block the process for a second.
 * The service checks the length too, for callers without HTTP.
 */
const ids = z
  .array(z.unknown())
  .max(maxSeenIds, `At most ${maxSeenIds} ids.`)
  .pipe(z.array(z.string()))
  .meta({ items: { type: "string" } });

export const seenBody = registerSchema("SeenBody", z.object({ ids }));

const claim = z.string().meta({ maxLength: maxClaimLength, pattern: "^[\\w-]+$" });

export const claimNoticesBody = registerSchema("ClaimNoticesBody", z.object({ claim }));

export const confirmNoticesBody = registerSchema("ConfirmNoticesBody", z.object({ claim, ids }));

/** A whole number in a query. Digits only: `1e3` and an empty text are invalid. */
function digits(meta: { readonly minimum: number; readonly maximum?: number; readonly description?: string }) {
  return z
    .string()
    .refine((text) => /^\d{1,15}$/.test(text), "Must be a whole number, 0 or more.")
    .transform(Number)
    .meta({ type: "integer", ...meta });
}

/** A higher value is valid, so the schema has no maximum. */
function waitQuery(end: string) {
  const description = `Seconds to hold the request ${end}. Higher values count as ${maxWaitSeconds}.`;
  return digits({ minimum: 0, description }).exactOptional();
}

const limit = digits({
  minimum: 1,
  maximum: maxPageLimit,
  description: `Default ${defaultPageLimit}.`,
}).exactOptional();
const cursor = z.string().exactOptional().meta({ description: "`nextCursor` of the previous page." });

/** Parts of a generation, separated by commas. */
const include = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(z.enum(["attempts", "timeline"])))
  .exactOptional()
  .meta({
    type: "string",
    description:
      "`attempts`, `timeline`, or both with a comma. The response then has no `ETag`, and `wait` has no effect.",
  });

export const statusQuery = z.object({
  wait: waitQuery("while the tag in If-None-Match still matches"),
  include,
  of,
});

/** The query of a change of one generation. */
export const galleryQuery = z.object({ of });

/** A position, as in an earlier response. */
const position = {
  after: digits({ minimum: 0 })
    .exactOptional()
    .meta({ description: "`sequence` of an earlier response. Absent: the response is a snapshot." }),
  owner: z
    .string()
    .exactOptional()
    .meta({ description: "`ownerTag` of that response: for another owner, the response is a snapshot." }),
  timeline: z
    .string()
    .exactOptional()
    .meta({ description: "`timeline` of that response: if it has changed, the response is a snapshot." }),
};

/** Refuses a part of a position without its sequence. */
function onlyWithAfter(query: {
  readonly value: Readonly<Record<string, unknown>>;
  issues: z.core.$ZodRawIssue[];
}): void {
  if (query.value.after !== undefined) return;
  for (const name of ["owner", "timeline"]) {
    const input = query.value[name];
    if (input === undefined) continue;
    query.issues.push({ code: "custom", message: "Is valid only with `after`.", path: [name], input });
  }
}

export const activeQuery = z
  .object({ scope: scope.exactOptional(), of, ...position, wait: waitQuery("until a change") })
  .check(onlyWithAfter);

export const eventsQuery = z.object({ ...position, of }).check(onlyWithAfter);

export const historyQuery = z.object({
  limit,
  cursor,
  status: z.enum(generationStatuses).exactOptional(),
  model: z.string().exactOptional(),
  scope: scope.exactOptional(),
  groupId: z.string().exactOptional().meta({ description: "Only the generations of one `POST /many`." }),
  of,
});

export const creditsQuery = z.object({ limit, cursor });

export const mediaQuery = z.object({
  expires: z.string().exactOptional().meta({ description: "From a signed URL: its expiry, in epoch seconds." }),
  signature: z.string().exactOptional().meta({ description: "From a signed URL." }),
  of: z.string().exactOptional().meta({ description: "From a signed URL: changes when the bytes change." }),
  download: z.literal("1").exactOptional().meta({ description: "Save the file instead of displaying it." }),
});
