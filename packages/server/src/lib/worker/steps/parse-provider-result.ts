import { isDataUrl } from "../../bytes/data-url.js";
import { type ProviderErrorCode, type ProviderFailure, providerErrors } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import { operationRule, toOperation } from "../../json/operation-json.js";
import { cutText } from "../../ports/cut-text.js";
import type {
  CancelOutcome,
  LookupOutcome,
  OperationStatus,
  PosterMedia,
  ProviderMedia,
  ProviderOutput,
  SubmitOutcome,
  SubmitProgress,
  VendorCost,
} from "../../ports/provider.js";
import { maxRetryAfterMs } from "../../ports/store/due-limits.js";

/** Max length of a message or reason, in characters: it is stored and logged. */
const maxMessageLength = 1_000;
/** Max length of a link, and of its headers together, in characters. Data URLs contain the bytes themselves. */
const maxLinkLength = 16_384;
const maxContentTypeLength = 255;
/** Max length of a cost's unit, in characters. */
const maxUnitLength = 32;
const maxFlags = 16;
/** Max length of a safety flag, in characters. */
const maxFlagLength = 64;
/** Max units of one attempt. */
const maxUnits = 8;
/** Max amount in any unit. No vendor charges more, and the sum over all attempts must stay a finite number. */
const maxAmount = 1e15;

/**
 * Parses a provider's response to the paid request. Hosts write providers too, and types do not hold at run time. An
 * invalid response is `unknown`, because the vendor may have the job.
 */
export function parseSubmitOutcome(response: unknown): SubmitOutcome {
  const { type, ...fields } = asRecord(response);
  switch (type) {
    case "accepted": {
      const operation = toOperation(fields.operation);
      return operation === undefined
        ? invalidResponse(operationRule)
        : { type, operation, ...parseCosts(fields.costs) };
    }
    case "done": {
      const outputs = parseOutputs(fields.outputs);
      return outputs === null
        ? invalidResponse("outputs without bytes")
        : { type, outputs, ...parseCosts(fields.costs) };
    }
    case "rejected":
      return { type, failure: parseFailure(fields.failure) };
    case "unknown":
      return { type, reason: cutText(String(fields.reason), maxMessageLength) };
    default:
      return invalidResponse("no known outcome");
  }
}

/** Parses a provider's status of a running job; `null` when it is invalid and the poll must be retried. */
export function parseOperationStatus(response: unknown): OperationStatus | null {
  const { type, ...fields } = asRecord(response);
  const delay = typeof fields.pollAfterMs === "number" ? { pollAfterMs: fields.pollAfterMs } : {};
  switch (type) {
    case "queued":
      return { type, queuePosition: parseNumber(fields.queuePosition), ...delay };
    case "running": {
      const preview = parseMedia(fields.preview);
      return { type, progress: parseNumber(fields.progress), ...(preview && { preview }), ...delay };
    }
    case "done": {
      const outputs = parseOutputs(fields.outputs);
      return outputs && { type, outputs, ...parseCosts(fields.costs) };
    }
    case "failed":
      return { type, failure: parseFailure(fields.failure), ...parseCosts(fields.costs) };
    case "canceled":
      return { type };
    default:
      return null;
  }
}

/** Parses the progress that a provider reports during a blocking request; invalid fields are ignored. */
export function parseSubmitProgress(update: unknown): SubmitProgress {
  const { progress, ...fields } = asRecord(update);
  const preview = parseMedia(fields.preview);
  return { progress: parseNumber(progress), ...(preview && { preview }) };
}

/**
 * Parses the result of a lookup of a lost job; `unknown` when it is invalid.
 *
 * @throws {TypeError} when the job was found with an operation that cannot be stored.
 */
export function parseLookupOutcome(response: unknown): LookupOutcome {
  const { type, ...fields } = asRecord(response);
  if (type === "absent") return { type };
  if (type !== "found") return { type: "unknown" };
  const operation = toOperation(fields.operation);
  if (operation === undefined) throw new TypeError(`The provider returned ${operationRule}.`);
  return { type, operation };
}

/** Parses the outcome of a cancel; `null` when it is invalid. */
export function parseCancelOutcome(response: unknown): CancelOutcome | null {
  return response === "canceled" || response === "requested" || response === "too_late" ? response : null;
}

function invalidResponse(what: string): SubmitOutcome {
  return { type: "unknown", reason: `The provider returned ${what}.` };
}

/** Without a boolean `retryable`, the error table decides whether the failure may be retried. */
function parseFailure(failure: unknown): ProviderFailure {
  const { code, message, retryable, retryAfterMs } = asRecord(failure);
  return {
    code: isErrorCode(code) ? code : "provider_error",
    message: cutText(typeof message === "string" ? message : noMessage(code), maxMessageLength),
    ...(typeof retryable === "boolean" && { retryable }),
    ...(retryAfterMs !== undefined && { retryAfterMs: parseRetryAfterMs(retryAfterMs) }),
  };
}

function noMessage(code: unknown): string {
  return `The provider returned no message; its code was ${String(code)}.`;
}

function isErrorCode(code: unknown): code is ProviderErrorCode {
  return typeof code === "string" && Object.hasOwn(providerErrors, code);
}

function parseRetryAfterMs(retryAfterMs: unknown): number {
  return Math.min(Math.max(parseNumber(retryAfterMs) ?? 0, 0), maxRetryAfterMs);
}

function parseNumber(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function parseOutputs(outputs: unknown): readonly ProviderOutput[] | null {
  if (!Array.isArray(outputs)) return null;
  const parsed: ProviderOutput[] = [];
  // Unlike the array's own methods, this loop visits holes.
  for (const output of outputs) {
    const result = parseOutput(output);
    if (result === null) return null;
    parsed.push(result);
  }
  return parsed;
}

function parseOutput(output: unknown): ProviderOutput | null {
  const { failure, flags, poster, url } = asRecord(output);
  if (typeof url !== "string" && failure !== undefined) return { failure: parseFailure(failure) };
  const parsed = parseSource(output);
  return parsed && { ...parsed, ...parseFlags(flags), ...parsePoster(poster) };
}

function parseSource(output: unknown): ProviderOutput | null {
  const { headers, url } = asRecord(output);
  return typeof url === "string" ? parseLink(url, headers) : parseMedia(output);
}

/** An invalid poster is dropped: it affects no decision of the worker. */
function parsePoster(poster: unknown): { readonly poster?: PosterMedia } {
  const parsed = parseSource(poster);
  return parsed === null || "failure" in parsed ? {} : { poster: parsed };
}

/** Invalid flags are dropped: they affect no decision of the worker. */
function parseFlags(flags: unknown): { readonly flags?: readonly string[] } {
  const texts = (Array.isArray(flags) ? flags : []).filter((flag) => typeof flag === "string");
  const cut = texts.slice(0, maxFlags).map((flag) => flag.slice(0, maxFlagLength).replace(malformed, "\ufffd"));
  return cut.length === 0 ? {} : { flags: cut };
}

function parseLink(url: string, headers: unknown): ProviderOutput {
  const parsed = headers === undefined ? {} : { headers: parseHeaders(headers) };
  const isTooLong = !isDataUrl(url) && url.length + JSON.stringify(parsed).length > maxLinkLength;
  return isTooLong ? { failure: linkTooLong } : { url, ...parsed };
}

function parseHeaders(headers: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(asRecord(headers)).map(([name, value]) => [name, String(value)]));
}

/** Control characters, some of which a database cannot store, and lone surrogates, which a cut may leave. */
const malformed = /\p{Cc}|\p{Surrogate}/gu;

/** Sums the amounts of each unit. Invalid costs are dropped: costs are for accounting only and affect no decision. */
function parseCosts(costs: unknown): { readonly costs?: readonly VendorCost[] } {
  const amounts = new Map<string, number>();
  for (const cost of Array.isArray(costs) ? costs : []) {
    const { amount, unit: name } = asRecord(cost);
    if (typeof amount !== "number" || !(amount >= 0) || typeof name !== "string") continue;
    const unit = name.slice(0, maxUnitLength).replace(malformed, "\ufffd");
    const sum = (amounts.get(unit) ?? 0) + amount;
    if (sum <= maxAmount && (amounts.has(unit) || amounts.size < maxUnits)) amounts.set(unit, sum);
  }
  return amounts.size === 0 ? {} : { costs: Array.from(amounts, ([unit, amount]) => ({ amount, unit })) };
}

function parseMedia(media: unknown): ProviderMedia | null {
  const { contentType, ...fields } = asRecord(media);
  const bytes = toBytes(fields.bytes);
  return bytes && { bytes, contentType: cutText(String(contentType), maxContentTypeLength) };
}

/**
 * Returns the bytes as a plain view, without a copy where possible; `null` for detached or fake byte arrays. Compares
 * tags, because a class of another realm fails `instanceof`.
 */
function toBytes(value: unknown): Uint8Array | null {
  if (!ArrayBuffer.isView(value) || tagOf(value) !== "[object Uint8Array]") return null;
  try {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    // Shared memory can change at any time and cannot be hashed.
    return tagOf(value.buffer) === "[object SharedArrayBuffer]" ? bytes.slice() : bytes;
  } catch {
    return null;
  }
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}

const linkTooLong: ProviderFailure = {
  code: "download_failed",
  message: `The link to an output, with its headers, is longer than ${maxLinkLength} characters.`,
};
