import type { ProviderErrorCode } from "../../src/lib/generation/provider-failure.js";

/** An error in fal's wire format. */
export interface FalError {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Refusals before fal accepts a request. */
export const falRefusals: Readonly<Partial<Record<ProviderErrorCode, FalError>>> = {
  invalid_input: modelError("missing"),
  unauthenticated: { status: 401, body: { detail: "Cannot access application. Authentication is required." } },
  insufficient_credit: {
    status: 403,
    body: { detail: "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing." },
  },
  forbidden: { status: 403, body: { detail: "User is locked. Reason: Admin lock." } },
  not_found: { status: 404, body: { detail: "Application not found" } },
  rate_limited: { status: 429, body: { detail: "Too many requests." } },
};

/** Failures of a job. */
export const falFailures: Readonly<Partial<Record<ProviderErrorCode, FalError>>> = {
  content_blocked: modelError("content_policy_violation"),
  invalid_input: modelError("image_load_error"),
  no_output: modelError("no_media_generated"),
  provider_unavailable: machineError(503, "runner_disconnected"),
  provider_timeout: machineError(504, "startup_timeout"),
  provider_error: machineError(500, "internal_error"),
};

/** Result of a canceled job. */
export const falCanceled = machineError(499, "client_cancelled");

/** Error type of the queue. A model's own error has none. */
export function errorTypeOf({ headers }: FalError): string | undefined {
  return headers?.["x-fal-error-type"];
}

function modelError(type: string): FalError {
  const detail = [
    { loc: ["body", "prompt"], msg: "A message that no code depends on.", type, url: "https://docs.fal.ai/errors" },
  ];
  return { status: 422, body: { detail } };
}

function machineError(status: number, type: string): FalError {
  const body = { detail: "A message that no code depends on.", error_type: type };
  return { status, body, headers: { "x-fal-error-type": type } };
}
