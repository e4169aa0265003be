import type { ProblemCode } from "@safelight/client/contract";
import type { z } from "zod";
import { mediaRoutes } from "./media-routes.js";
import {
  activeQuery,
  claimNoticesBody,
  confirmNoticesBody,
  creditsQuery,
  eventsQuery,
  galleryQuery,
  historyQuery,
  seenBody,
  statusQuery,
} from "./request-schemas.js";
import {
  activeResponseOrChanges,
  advanceResponse,
  creditsResponse,
  emptyResponse,
  generationResponse,
  groupResponse,
  healthResponse,
  historyResponse,
  inputResponse,
  modelsResponse,
  noticesResponse,
  openApiResponse,
  recognizeResponse,
  tickResponse,
} from "./response-schemas.js";
import { submitRoutes } from "./submit-routes.js";

/** One route: its request, its access rule and its responses. */
export interface RouteDescription {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the base path; `:id` is a generation's id, `:groupId` that of a group, `:inputId` that of an uploaded file. */
  readonly path: string;
  readonly summary: string;
  /**
   * `signature`: the owner, or the holder of a signed URL. `secret`: a bearer of the server's secret. `provider`: a vendor,
   * by the token in its URL and its own signature.
   */
  readonly access: "owner" | "signature" | "secret" | "provider" | "public";
  readonly query?: z.ZodObject;
  /** `"bytes"`: any body of a vendor. `"file"`: the bytes of a file, or a form with a file in the field `file`. */
  readonly body?: z.ZodType | "bytes" | "file";
  /** Request headers that change the response. */
  readonly headers?: readonly ("Idempotency-Key" | "Safelight-Owner-Tag" | "If-None-Match" | "Range" | "If-Range")[];
  /** By HTTP status. `"bytes"`: a file. `"events"`: an event stream. `null`: no body. */
  readonly responses: Readonly<
    Record<number, { readonly text: string; readonly schema: z.ZodType | "bytes" | "events" | null }>
  >;
  /** Problems in addition to those of the route's access and method. */
  readonly problems: readonly ProblemCode[];
}

/**
 * All routes. Handlers, the OpenAPI document and the authorization tests are built from this table. Order matters: fixed
 * paths before `/:id`.
 */
export const routeTable = {
  submit: submitRoutes.submit,
  submitMany: submitRoutes.submitMany,
  quote: submitRoutes.quote,
  history: {
    method: "GET",
    path: "/",
    summary: "List generations, newest first",
    access: "owner",
    query: historyQuery,
    responses: { 200: { text: "One page.", schema: historyResponse } },
    problems: ["forbidden", "invalid_input"],
  },
  active: {
    method: "GET",
    path: "/active",
    summary: "List active generations and changes",
    access: "owner",
    query: activeQuery,
    responses: {
      200: {
        text: "The active generations; with `after`, also the changes.",
        schema: activeResponseOrChanges,
      },
      204: { text: "Nothing changed after `after`.", schema: null },
    },
    problems: ["forbidden", "invalid_input"],
  },
  events: {
    method: "GET",
    path: "/events",
    summary: "Stream changes as server-sent events",
    access: "owner",
    query: eventsQuery,
    responses: {
      200: {
        text: "A stream that stays open until either side closes it. Each `data:` line is an `EventFrame` as JSON.",
        schema: "events",
      },
    },
    problems: ["forbidden", "origin_not_allowed", "invalid_input"],
  },
  seen: {
    method: "POST",
    path: "/seen",
    summary: "Mark ended generations as seen",
    access: "owner",
    body: seenBody,
    responses: { 200: { text: "Marked. Ids that are not the owner's are ignored.", schema: emptyResponse } },
    problems: ["invalid_input"],
  },
  claimNotices: {
    method: "POST",
    path: "/notices/claim",
    summary: "Lease ended generations whose notice was not shown, so that one tab of one device shows each",
    access: "owner",
    body: claimNoticesBody,
    responses: {
      200: {
        text: "The newest of the last 7 days, at most 20 and 1 MiB, leased to this claim.",
        schema: noticesResponse,
      },
    },
    problems: ["invalid_input"],
  },
  confirmNotices: {
    method: "POST",
    path: "/notices/confirm",
    summary: "Mark the notices of leased generations as shown",
    access: "owner",
    body: confirmNoticesBody,
    responses: { 204: { text: "Confirmed. Ids that this claim has not leased are ignored.", schema: null } },
    problems: ["invalid_input"],
  },
  models: {
    method: "GET",
    path: "/models",
    summary: "List models",
    access: "public",
    responses: { 200: { text: "The models.", schema: modelsResponse } },
    problems: [],
  },
  credits: {
    method: "GET",
    path: "/credits",
    summary: "Balance and ledger entries, newest first",
    access: "owner",
    query: creditsQuery,
    responses: { 200: { text: "One page.", schema: creditsResponse } },
    problems: ["invalid_input", "not_found"],
  },
  health: {
    method: "GET",
    path: "/health",
    summary: "Check the server, its database and its storage",
    access: "public",
    responses: { 200: { text: "All respond.", schema: healthResponse } },
    problems: [],
  },
  tick: {
    method: "POST",
    path: "/tick",
    summary: "Advance due generations until they must wait, for schedulers of hosts without a long-lived process",
    access: "secret",
    responses: { 200: { text: "The number of advanced generations.", schema: tickResponse } },
    problems: [],
  },
  advance: {
    method: "POST",
    path: "/tick/:id",
    summary: "Advance one generation until it must wait, for job engines. Safe to repeat, early, late or at once",
    access: "secret",
    responses: { 200: { text: "Delay until it is due again; `null` if it has ended.", schema: advanceResponse } },
    problems: ["not_found"],
  },
  openapi: {
    method: "GET",
    path: "/openapi.json",
    summary: "This document",
    access: "public",
    responses: { 200: { text: "OpenAPI 3.1.", schema: openApiResponse } },
    problems: [],
  },
  uploadInput: {
    method: "POST",
    path: "/inputs",
    summary: "Upload an image, a video or an audio file that inputs can refer to",
    access: "owner",
    body: "file",
    responses: { 201: { text: "Stored. `Location` is its path.", schema: inputResponse } },
    problems: ["invalid_input", "rate_limited", "not_found"],
  },
  input: mediaRoutes.input,
  recognize: {
    method: "POST",
    path: "/recognize",
    summary: "Check whether a file was made here, and what its mark states. Only with the option `recognition`",
    access: "public",
    body: "file",
    responses: { 200: { text: "The facts of the file. Nothing is stored.", schema: recognizeResponse } },
    problems: ["not_found"],
  },
  webhook: {
    method: "POST",
    path: "/webhooks/:provider/:token",
    summary: "Receive a provider's webhook",
    access: "provider",
    body: "bytes",
    responses: {
      200: { text: "Recorded, now or before. The worker polls the provider next.", schema: emptyResponse },
      202: {
        text: "Verified, without effect: it is for another job, or the generation no longer waits for it.",
        schema: emptyResponse,
      },
    },
    problems: ["not_found"],
  },
  cancelGroup: {
    method: "POST",
    path: "/groups/:groupId/cancel",
    summary: "Request a cancel of all generations of a group",
    access: "owner",
    responses: { 200: { text: "Each generation: canceled, flagged, or already ended.", schema: groupResponse } },
    problems: ["not_found"],
  },
  status: {
    method: "GET",
    path: "/:id",
    summary: "Read a generation, or wait until it changes",
    access: "owner",
    query: statusQuery,
    headers: ["If-None-Match"],
    responses: {
      200: { text: "The generation, with its `ETag` and `Safelight-Poll-After-Ms`.", schema: generationResponse },
      304: { text: "Nothing changed.", schema: null },
    },
    problems: ["forbidden", "not_found", "invalid_input"],
  },
  remove: {
    method: "DELETE",
    path: "/:id",
    summary: "Delete an ended generation and its files",
    access: "owner",
    query: galleryQuery,
    responses: { 204: { text: "Deleted, now or before.", schema: null } },
    problems: ["forbidden", "invalid_input", "not_found", "not_terminal"],
  },
  cancel: {
    method: "POST",
    path: "/:id/cancel",
    summary: "Request a cancel",
    access: "owner",
    query: galleryQuery,
    responses: { 200: { text: "The generation: canceled, flagged, or already ended.", schema: generationResponse } },
    problems: ["forbidden", "invalid_input", "not_found"],
  },
  retry: submitRoutes.retry,
  output: mediaRoutes.output,
  thumbnail: mediaRoutes.thumbnail,
  preview: mediaRoutes.preview,
} as const satisfies Record<string, RouteDescription>;

/** Names of the routes. */
export type RouteName = keyof typeof routeTable;

/** All problems of a route, including those of its access and method. */
export function problemsOf(route: RouteDescription): readonly ProblemCode[] {
  const isWebhook = route.access === "provider";
  // `POST /tick` and `POST /tick/:id` read no body. `POST /:id/cancel` reads one without using it, to refuse forms.
  const readsBody = route.method === "POST" && route.access !== "secret";
  const codes: ProblemCode[] = [
    ...route.problems,
    ...(isWebhook ? (["webhook_invalid"] as const) : []),
    ...(route.access === "public" || isWebhook ? [] : (["unauthenticated"] as const)),
    ...(route.method === "GET" || isWebhook ? [] : (["origin_not_allowed"] as const)),
    ...(readsBody ? (["payload_too_large", "timeout", "rate_limited"] as const) : []),
    ...(readsBody && !isWebhook ? (["unsupported_media_type"] as const) : []),
    // The body, or the URL of any request.
    "malformed_request",
    "internal",
    "unavailable",
    "schema_too_new",
  ];
  return [...new Set(codes)];
}
