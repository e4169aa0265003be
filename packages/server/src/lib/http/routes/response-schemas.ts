import {
  type ActiveChangesResponse,
  type ActiveGeneration,
  type ActiveResponse,
  type BalanceFrame,
  type CanceledGeneration,
  type Changes,
  type CompletedGeneration,
  type CreditsResponse,
  digitalSourceTypes,
  type EventFrame,
  type FailedGeneration,
  type GenerationFields,
  type GenerationResponse,
  type GroupResponse,
  type HistoryResponse,
  type InputResponse,
  type Json,
  type JsonObject,
  type ModelsResponse,
  maxUnseenCount,
  type NoticesResponse,
  type Output,
  type RecognizeResponse,
  type SubmitManyResponse,
  type SubmitResponse,
} from "@safelight/client/contract";
import { z } from "zod";
import { failure, historyFields } from "./history-schemas.js";
import { registerSchema } from "./named-schemas.js";
import { progress, queuePlace } from "./progress-schemas.js";
import { count, instant } from "./scalar-schemas.js";

/*
 * The contract's responses as schemas, for the OpenAPI document. The contract is the source: the compiler checks each
 * schema against its type, and the tests check it against real responses.
 */

const json: z.ZodType<Json> = z.custom<Json>().meta({ description: "Any JSON." });
const jsonObject: z.ZodType<JsonObject> = z.custom<JsonObject>().meta({ type: "object" });
const kind = z.enum(["image", "video", "audio"]);

const output = registerSchema(
  "Output",
  z.object({
    index: count,
    kind,
    url: z.string(),
    contentType: z.string(),
    byteLength: count,
    sha256: z.string(),
    width: count.nullable(),
    height: count.nullable(),
    durationMs: count.nullable(),
    placeholder: z.string().nullable(),
    thumbnailUrl: z.string().nullable(),
    provenance: z
      .object({ digitalSourceType: z.enum(digitalSourceTypes), c2pa: z.boolean(), marked: z.boolean() })
      .nullable(),
    flags: z.array(z.string()).nullable().exactOptional().meta({ description: "Only with the option `exposeFlags`." }),
  }) satisfies z.ZodType<Output>,
);

const fields = {
  id: z.string(),
  model: z.string(),
  kind,
  scope: z.string().nullable(),
  metadata: jsonObject.nullable(),
  version: count,
  sequence: count,
  ownerTag: z.string(),
  submitterTag: z.string(),
  visibility: z.enum(["own", "team"]),
  input: json,
  requestedOutputs: count,
  progress,
  credits: count.nullable(),
  refundedCredits: count.nullable(),
  createdAt: instant,
  notBefore: instant.nullable(),
  expiresAt: instant.nullable(),
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  seenAt: instant.nullable(),
  expectedAt: instant.nullable(),
  cancelRequestedAt: instant.nullable(),
  retryOf: z.string().nullable(),
  groupId: z.string().nullable(),
  urlsExpireAt: instant.nullable(),
  ...historyFields,
} satisfies { readonly [Name in keyof GenerationFields]: z.ZodType<GenerationFields[Name]> };

const generation = registerSchema(
  "Generation",
  z.discriminatedUnion("status", [
    registerSchema(
      "ActiveGeneration",
      z.object({ ...fields, status: z.enum(["pending", "processing"]) }) satisfies z.ZodType<ActiveGeneration>,
    ),
    registerSchema(
      "CompletedGeneration",
      z.object({
        ...fields,
        status: z.literal("completed"),
        outputs: z.tuple([output], output),
      }) satisfies z.ZodType<CompletedGeneration>,
    ),
    registerSchema(
      "FailedGeneration",
      z.object({
        ...fields,
        status: z.literal("failed"),
        error: failure,
      }) satisfies z.ZodType<FailedGeneration>,
    ),
    registerSchema(
      "CanceledGeneration",
      z.object({ ...fields, status: z.literal("canceled") }) satisfies z.ZodType<CanceledGeneration>,
    ),
  ]),
);

export const generationResponse = registerSchema(
  "GenerationResponse",
  z.object({ generation }) satisfies z.ZodType<GenerationResponse>,
);

export const submitResponse = registerSchema(
  "SubmitResponse",
  z.object({
    generation,
    credits: z.object({ balance: count }).nullable(),
  }) satisfies z.ZodType<SubmitResponse>,
);

export const submitManyResponse = registerSchema(
  "SubmitManyResponse",
  z.object({
    groupId: z.string(),
    generations: z.array(generation),
    credits: z.object({ balance: count }).nullable(),
  }) satisfies z.ZodType<SubmitManyResponse>,
);

export const groupResponse = registerSchema(
  "GroupResponse",
  z.object({ generations: z.array(generation) }) satisfies z.ZodType<GroupResponse>,
);

const fileFacts = z.object({
  madeHere: z.boolean(),
  mark: z
    .object({
      digitalSourceType: z.string().nullable(),
      system: z.string().nullable(),
      createdAt: z.string().nullable(),
      generationId: z.string().nullable(),
      c2pa: z.boolean(),
    })
    .nullable(),
});

export const recognizeResponse = registerSchema(
  "RecognizeResponse",
  z.object({ file: fileFacts }) satisfies z.ZodType<RecognizeResponse>,
);

export const inputResponse = registerSchema(
  "InputResponse",
  z.object({
    input: z.object({
      id: z.string(),
      url: z.string(),
      kind,
      contentType: z.string(),
      width: count.nullable(),
      height: count.nullable(),
      durationMs: count.nullable(),
    }),
  }) satisfies z.ZodType<InputResponse>,
);

const activeFields = {
  generations: z.array(generation),
  hasMore: z.boolean(),
  unseen: z.array(generation),
  unseenCount: z.number().meta({ type: "integer", minimum: 0, maximum: maxUnseenCount }),
  sequence: count,
  timeline: z.string(),
  ownerTag: z.string(),
  serverTime: instant,
  pollAfterMs: count,
};

const changesFields = {
  sequence: count,
  changed: z.array(generation),
  deleted: z.array(z.object({ id: z.string(), sequence: count })),
  queue: z.array(queuePlace).optional(),
  hasMoreChanges: z.literal(true).optional(),
};

const activeResponse = registerSchema("ActiveResponse", z.object(activeFields) satisfies z.ZodType<ActiveResponse>);

const activeChangesResponse = registerSchema(
  "ActiveChangesResponse",
  z.object({
    ...activeFields,
    ...changesFields,
    resync: z.boolean(),
  }) satisfies z.ZodType<ActiveChangesResponse>,
);

/** `ActiveChangesResponse` with `after`, `ActiveResponse` without. */
export const activeResponseOrChanges = registerSchema(
  "ActiveResponseOrChanges",
  activeChangesResponse.or(activeResponse),
);

/** The data of one event of the stream. */
export const eventFrame = registerSchema(
  "EventFrame",
  z.union([
    activeChangesResponse,
    registerSchema("Changes", z.object(changesFields) satisfies z.ZodType<Changes>),
    registerSchema("BalanceFrame", z.object({ balance: count }) satisfies z.ZodType<BalanceFrame>),
  ]) satisfies z.ZodType<EventFrame>,
);

export const historyResponse = registerSchema(
  "HistoryResponse",
  z.object({
    generations: z.array(generation),
    nextCursor: z.string().nullable(),
    sequence: count,
    ownerTag: z.string(),
  }) satisfies z.ZodType<HistoryResponse>,
);

export const modelsResponse = registerSchema(
  "ModelsResponse",
  z.object({
    models: z.array(z.object({ id: z.string(), kind, credits: count.nullable(), retired: z.boolean() })),
  }) satisfies z.ZodType<ModelsResponse>,
);

export const creditsResponse = registerSchema(
  "CreditsResponse",
  z.object({
    balance: count,
    entries: z.array(
      z.object({
        id: z.string(),
        kind: z.enum(["grant", "debit", "capture", "refund", "adjustment"]),
        amount: z.number().meta({ type: "integer" }),
        reason: z.string().nullable(),
        generationId: z.string().nullable(),
        causedBy: z.literal("operator").nullable(),
        createdAt: instant,
      }),
    ),
    nextCursor: z.string().nullable(),
    ownerTag: z.string(),
  }) satisfies z.ZodType<CreditsResponse>,
);

export const emptyResponse = registerSchema("EmptyResponse", z.object({}));

export const noticesResponse = registerSchema(
  "NoticesResponse",
  z.object({ generations: z.array(generation) }) satisfies z.ZodType<NoticesResponse>,
);

/** The members that every OpenAPI document has. */
export const openApiResponse = registerSchema(
  "OpenApiDocument",
  z.looseObject({
    openapi: z.string(),
    info: z.looseObject({ title: z.string(), version: z.string() }),
    paths: jsonObject,
  }),
);

export const healthResponse = registerSchema("HealthResponse", z.object({ status: z.literal("ok") }));

export const tickResponse = registerSchema("TickResponse", z.object({ advanced: count }));

export const advanceResponse = registerSchema("AdvanceResponse", z.object({ nextInMs: count.nullable() }));
