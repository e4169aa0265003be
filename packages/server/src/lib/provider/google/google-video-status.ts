import type { ProviderErrorCode, ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import type { OperationStatus, ProviderOutput } from "../../ports/provider.js";
import { maxFiles } from "../kit/find-in.js";
import { mayReceiveApiKey } from "../kit/request/may-receive-api-key.js";

/** The API, and the key with which Google's files are downloaded. */
export interface GoogleFiles {
  readonly baseUrl: string;
  readonly key: string;
}

const domain = "generativelanguage.googleapis.com";
/** In milliseconds, as in Google's documentation. */
const pollAfterMs = 10_000;
/** Max characters of a reason that are searched for support codes. */
const maxReasonLength = 2_000;

/**
 * Codes of `google.rpc.Status` of a failed operation.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto (2026-11)
 */
const codes: Readonly<Record<number, ProviderErrorCode>> = {
  3: "invalid_input",
  4: "provider_timeout",
  5: "not_found",
  7: "forbidden",
  8: "rate_limited",
  14: "provider_unavailable",
  16: "unauthenticated",
};

/** `CANCELLED` of `google.rpc.Code`. */
const canceledCode = 1;

/** Converts the JSON of an operation to its status. */
export function googleVideoStatus(operation: unknown, files: GoogleFiles): OperationStatus {
  const { done, error, response } = asRecord(operation);
  if (done !== true) return { type: "running", progress: null, pollAfterMs };
  if (error !== undefined && error !== null) {
    const code = Number(asRecord(error).code);
    if (code === canceledCode) return { type: "canceled" };
    const failure = { code: codes[code] ?? "provider_error", message: `Veo's job failed with code ${code}.` };
    return { type: "failed", failure };
  }
  const outputs = outputsOf(asRecord(response).generateVideoResponse, files);
  if (outputs.some((output) => !("failure" in output))) return { type: "done", outputs };
  const [first] = outputs;
  return { type: "failed", failure: first !== undefined && "failure" in first ? first.failure : missing };
}

/** Google counts the videos that its filter removed, and lists the others. Each removed one becomes a missing output. */
function outputsOf(result: unknown, files: GoogleFiles): readonly ProviderOutput[] {
  const { generatedSamples, raiMediaFilteredCount, raiMediaFilteredReasons } = asRecord(result);
  const samples = Array.isArray(generatedSamples) ? generatedSamples.slice(0, maxFiles) : [];
  const count = Math.min(Number(raiMediaFilteredCount) || 0, maxFiles);
  const reasons = Array.isArray(raiMediaFilteredReasons) ? raiMediaFilteredReasons : [];
  const removed = Array.from({ length: count }, (_, index) => ({ failure: filteredBy(reasons[index]) }));
  return [...samples.map((sample) => outputOf(asRecord(asRecord(sample).video).uri, files)), ...removed];
}

/** Google's own links need the key. It goes to no other host, and to no redirect. */
function outputOf(uri: unknown, { baseUrl, key }: GoogleFiles): ProviderOutput {
  if (typeof uri !== "string" || !URL.canParse(uri)) return { failure: missing };
  return mayReceiveApiKey(uri, { baseUrl, domain }) ? { url: uri, headers: { "x-goog-api-key": key } } : { url: uri };
}

/**
 * Keeps the support codes of a reason, which name the category of harm, and not its text, which may quote the prompt.
 *
 * @see https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/video/responsible-ai-and-usage-guidelines (2026-11)
 */
function filteredBy(reason: unknown): ProviderFailure {
  const found = typeof reason === "string" ? (reason.slice(0, maxReasonLength).match(/\b\d{8}\b/g) ?? []) : [];
  const supportCodes = [...new Set(found)].slice(0, 4);
  const detail = supportCodes.length === 0 ? "" : ` (support code ${supportCodes.join(", ")})`;
  return { code: "content_blocked", message: `Google's safety filter removed the video${detail}.` };
}

const missing: ProviderFailure = { code: "no_output", message: "Veo returned no video." };
