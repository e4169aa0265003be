import type { ProblemCode } from "@safelight/client/contract";
import type { z } from "zod";
import { mediaRoutes } from "./media-routes.js";
import {
  activeQuery,
  claimNoticesBody,
  confirmNoticesBody,
  creditsQuery,
  eventsQuery,
  historyQuery,
  retryBody,
  seenBody,
  statusQuery,
  submitBody,
} from "./request-schemas.js";
import {
  activeResponseOrChanges,
  creditsResponse,
  emptyResponse,
  generationResponse,
  healthResponse,
  historyResponse,
  inputResponse,
  modelsResponse,
  noticesResponse,
  submitResponse,
  tickResponse,
} from "./response-schemas.js";

/** One route: what it is asked, who may ask, and everything that it can answer. */
export interface RouteDescription {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the base path; `:id` is a generation's id, `:inputId` that of an uploaded picture. */
  readonly path: string;
  readonly summary: string;
  /**
   * `signature`: the owner, or whoever holds the signed URL. `secret`: who knows the server's secret. `provider`: a vendor,
   * by the token in its URL and its own signature.
   */
  readonly access: "owner" | "signature" | "secret" | "provider" | "public";
  readonly query?: z.ZodObject;
  /** `"bytes"`: whatever the vendor sends. `"picture"`: the bytes of one, or a form that has it in the field `file`. */
  readonly body?: z.ZodType | "bytes" | "picture";
  /** Request headers that change the answer. */
  readonly headers?: readonly (
    | "Idempotency-Key"
    | "Safelight-Owner-Tag"
    | "If-None-Match"
    | "Last-Event-ID"
    | "Range"
    | "If-Range"
  )[];
  /** By HTTP status. `"bytes"`: a file. `"events"`: an event stream. `null`: no body. */
  readonly answers: Readonly<
    Record<number, { readonly text: string; readonly schema: z.ZodType | "bytes" | "events" | null }>
  >;
  /** Beside those that every route of its access and method can answer. */
  readonly problems: readonly ProblemCode[];
}

const submitProblems = [
  "insufficient_credits",
  "forbidden",
  "price_changed",
  "invalid_input",
  "unknown_model",
  "content_blocked",
  "idempotency_mismatch",
  "rate_limited",
  "refund_budget_spent",
  "too_many_active",
] as const;

const submitResponses = {
  202: { text: "Accepted and paid for. `Location` names it; `Retry-After` says when to look.", schema: submitResponse },
  200: {
    text: "The key was used before: the generation as it is now, with `Idempotent-Replayed`.",
    schema: submitResponse,
  },
} as const;

/** Every route there is. Handlers, the OpenAPI document and the tests of strangers are made from it. */
export const routeTable = {
  submit: {
    method: "POST",
    path: "/",
    summary: "Submit a generation",
    access: "owner",
    body: submitBody,
    headers: ["Idempotency-Key", "Safelight-Owner-Tag"],
    answers: submitResponses,
    problems: [...submitProblems, "not_found"],
  },
  history: {
    method: "GET",
    path: "/",
    summary: "List generations, newest first",
    access: "owner",
    query: historyQuery,
    answers: { 200: { text: "One page.", schema: historyResponse } },
    problems: ["invalid_input"],
  },
  active: {
    method: "GET",
    path: "/active",
    summary: "What is in progress, and what changed",
    access: "owner",
    query: activeQuery,
    answers: {
      200: {
        text: "What is in progress; with `after`, also what changed.",
        schema: activeResponseOrChanges,
      },
      204: { text: "Nothing changed after `after`.", schema: null },
    },
    problems: ["invalid_input"],
  },
  events: {
    method: "GET",
    path: "/events",
    summary: "Everything that changes, as it changes",
    access: "owner",
    query: eventsQuery,
    headers: ["Last-Event-ID"],
    answers: { 200: { text: "A stream that goes on until either side ends it.", schema: "events" } },
    problems: ["origin_not_allowed", "invalid_input"],
  },
  seen: {
    method: "POST",
    path: "/seen",
    summary: "Mark ended generations as seen",
    access: "owner",
    body: seenBody,
    answers: { 200: { text: "Marked; ids that are not the owner's are passed over.", schema: emptyResponse } },
    problems: ["invalid_input"],
  },
  claimNotices: {
    method: "POST",
    path: "/notices/claim",
    summary: "Take what ended and nobody was told of, to tell it once over all tabs and devices",
    access: "owner",
    body: claimNoticesBody,
    answers: { 200: { text: "The newest 20 of 7 days, for this claim alone.", schema: noticesResponse } },
    problems: ["invalid_input"],
  },
  confirmNotices: {
    method: "POST",
    path: "/notices/confirm",
    summary: "They were told",
    access: "owner",
    body: confirmNoticesBody,
    answers: { 204: { text: "Confirmed; what this claim was not given is passed over.", schema: null } },
    problems: ["invalid_input"],
  },
  models: {
    method: "GET",
    path: "/models",
    summary: "What is offered",
    access: "public",
    answers: { 200: { text: "The models.", schema: modelsResponse } },
    problems: [],
  },
  credits: {
    method: "GET",
    path: "/credits",
    summary: "Balance and ledger entries, newest first",
    access: "owner",
    query: creditsQuery,
    answers: { 200: { text: "One page.", schema: creditsResponse } },
    problems: ["invalid_input", "not_found"],
  },
  health: {
    method: "GET",
    path: "/health",
    summary: "Whether the server and its database answer",
    access: "public",
    answers: { 200: { text: "They do.", schema: healthResponse } },
    problems: [],
  },
  tick: {
    method: "POST",
    path: "/tick",
    summary: "Take one step of whatever is due; for schedulers of hosts without a long-lived process",
    access: "secret",
    answers: { 200: { text: "How many generations were advanced.", schema: tickResponse } },
    problems: [],
  },
  openapi: {
    method: "GET",
    path: "/openapi.json",
    summary: "This document",
    access: "public",
    answers: { 200: { text: "OpenAPI 3.1.", schema: null } },
    problems: [],
  },
  uploadInput: {
    method: "POST",
    path: "/inputs",
    summary: "Upload a picture for inputs to refer to",
    access: "owner",
    body: "picture",
    answers: { 201: { text: "Kept. `Location` names it.", schema: inputResponse } },
    problems: ["invalid_input", "rate_limited", "not_found"],
  },
  input: mediaRoutes.input,
  webhook: {
    method: "POST",
    path: "/webhooks/:provider/:token",
    summary: "Where a provider calls back",
    access: "provider",
    body: "bytes",
    answers: {
      200: { text: "Recorded, now or before: the provider is asked next.", schema: emptyResponse },
      202: {
        text: "Genuine, and of no use: it is about another job, or nobody waits for it any more.",
        schema: emptyResponse,
      },
    },
    problems: ["not_found"],
  },
  status: {
    method: "GET",
    path: "/:id",
    summary: "Read a generation, or wait until it changes",
    access: "owner",
    query: statusQuery,
    headers: ["If-None-Match"],
    answers: {
      200: { text: "The generation, with its `ETag` and `Safelight-Poll-After-Ms`.", schema: generationResponse },
      304: { text: "Nothing changed.", schema: null },
    },
    problems: ["not_found", "invalid_input"],
  },
  remove: {
    method: "DELETE",
    path: "/:id",
    summary: "Delete an ended generation and its files",
    access: "owner",
    answers: { 204: { text: "Deleted, now or before.", schema: null } },
    problems: ["not_found", "not_terminal"],
  },
  cancel: {
    method: "POST",
    path: "/:id/cancel",
    summary: "Ask to cancel",
    access: "owner",
    answers: { 200: { text: "The generation: canceled, flagged, or ended before.", schema: generationResponse } },
    problems: ["not_found"],
  },
  retry: {
    method: "POST",
    path: "/:id/retry",
    summary: "Submit a new generation from an old input",
    access: "owner",
    body: retryBody,
    headers: ["Idempotency-Key", "Safelight-Owner-Tag"],
    answers: submitResponses,
    problems: [...submitProblems, "not_found"],
  },
  output: mediaRoutes.output,
  thumbnail: mediaRoutes.thumbnail,
  preview: mediaRoutes.preview,
} as const satisfies Record<string, RouteDescription>;

/** Names of the routes. */
export type RouteName = keyof typeof routeTable;

/** Every problem that a route can answer, those of its access and method included. */
export function problemsOf(route: RouteDescription): readonly ProblemCode[] {
  const isVendors = route.access === "provider";
  const codes: ProblemCode[] = [
    ...route.problems,
    ...(isVendors ? (["webhook_invalid"] as const) : []),
    ...(route.access === "public" || isVendors ? [] : (["unauthenticated"] as const)),
    ...(route.method === "GET" || isVendors ? [] : (["origin_not_allowed"] as const)),
    ...(route.method === "POST" ? (["payload_too_large", "malformed_request"] as const) : []),
    ...(route.method === "POST" && !isVendors ? (["unsupported_media_type"] as const) : []),
    "internal",
    "unavailable",
    "schema_too_new",
  ];
  return [...new Set(codes)];
}
