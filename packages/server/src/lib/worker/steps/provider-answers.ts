import { type ProviderErrorCode, type ProviderFailure, providerErrors } from "../../generation/provider-failure.js";
import { operationRule, toOperation } from "../../json/operation-json.js";
import type {
  CancelOutcome,
  LookupOutcome,
  OperationStatus,
  ProviderMedia,
  ProviderOutput,
  SubmitOutcome,
  SubmitProgress,
  VendorCost,
} from "../../ports/provider.js";
import { maxRetryAfterMs } from "../../ports/store/due-limits.js";

/** Max length of a cost's unit, in characters. */
const longestUnit = 32;
/** Max units of one attempt. */
const mostUnits = 8;
/** Max amount in any unit. No vendor charges more, and the sum over all attempts must stay a finite number. */
const largestAmount = 1e15;

/**
 * Parses a provider's response to the paid request. Hosts write providers too, and types do not hold at run time. An
 * invalid response is `unknown`, because the vendor may have the job.
 */
export function parseSubmitOutcome(answer: unknown): SubmitOutcome {
  const { type, ...said } = fieldsOf(answer);
  switch (type) {
    case "accepted": {
      const operation = toOperation(said.operation);
      return operation === undefined ? notUnderstood(operationRule) : { type, operation, ...parseCosts(said.costs) };
    }
    case "done": {
      const outputs = parseOutputs(said.outputs);
      return outputs === null ? notUnderstood("outputs without bytes") : { type, outputs, ...parseCosts(said.costs) };
    }
    case "rejected":
      return { type, failure: parseFailure(said.failure) };
    case "unknown":
      return { type, reason: String(said.reason) };
    default:
      return notUnderstood("something else than an outcome");
  }
}

/** Parses a provider's status of a running job; `null` when it is invalid and the poll must be retried. */
export function parseOperationStatus(answer: unknown): OperationStatus | null {
  const { type, ...said } = fieldsOf(answer);
  const pace = typeof said.pollAfterMs === "number" ? { pollAfterMs: said.pollAfterMs } : {};
  switch (type) {
    case "queued":
      return { type, queuePosition: parseNumber(said.queuePosition), ...pace };
    case "running": {
      const preview = parseMedia(said.preview);
      return { type, progress: parseNumber(said.progress), ...(preview && { preview }), ...pace };
    }
    case "done": {
      const outputs = parseOutputs(said.outputs);
      return outputs && { type, outputs, ...parseCosts(said.costs) };
    }
    case "failed":
      return { type, failure: parseFailure(said.failure), ...parseCosts(said.costs) };
    case "canceled":
      return { type };
    default:
      return null;
  }
}

/** Parses the progress that a provider reports during a blocking request; invalid fields are ignored. */
export function parseSubmitProgress(news: unknown): SubmitProgress {
  const { progress, preview: picture } = fieldsOf(news);
  const preview = parseMedia(picture);
  return { progress: parseNumber(progress), ...(preview && { preview }) };
}

/**
 * Parses the result of a lookup of a lost job; `unknown` when it is invalid.
 *
 * @throws {TypeError} when the job was found with an operation that cannot be stored.
 */
export function parseLookupOutcome(answer: unknown): LookupOutcome {
  const { type, operation: handle } = fieldsOf(answer);
  if (type === "absent") return { type };
  if (type !== "found") return { type: "unknown" };
  const operation = toOperation(handle);
  if (operation === undefined) throw new TypeError(`The provider answered with ${operationRule}.`);
  return { type, operation };
}

/** Parses the outcome of a cancel; `null` when it is invalid. */
export function parseCancelOutcome(answer: unknown): CancelOutcome | null {
  return answer === "canceled" || answer === "requested" || answer === "too_late" ? answer : null;
}

function notUnderstood(what: string): SubmitOutcome {
  return { type: "unknown", reason: `The provider answered with ${what}.` };
}

function fieldsOf(answer: unknown): Readonly<Record<string, unknown>> {
  return typeof answer === "object" && answer !== null ? { ...answer } : {};
}

/** Without a boolean `retryable`, the error table decides whether the failure may be retried. */
function parseFailure(failure: unknown): ProviderFailure {
  const { code, message, retryable, retryAfterMs } = fieldsOf(failure);
  return {
    code: isErrorCode(code) ? code : "provider_error",
    message: typeof message === "string" ? message : `The provider gave no message; its code was ${String(code)}.`,
    ...(typeof retryable === "boolean" && { retryable }),
    ...(retryAfterMs !== undefined && { retryAfterMs: parseRetryAfterMs(retryAfterMs) }),
  };
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
    const one = parseOutput(output);
    if (one === null) return null;
    parsed.push(one);
  }
  return parsed;
}

function parseOutput(output: unknown): ProviderOutput | null {
  const { failure, headers, url } = fieldsOf(output);
  if (typeof url === "string") return { url, ...(headers !== undefined && { headers: parseHeaders(headers) }) };
  if (failure !== undefined) return { failure: parseFailure(failure) };
  return parseMedia(output);
}

function parseHeaders(headers: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fieldsOf(headers)).map(([name, value]) => [name, String(value)]));
}

/** Sums the amounts of each unit. Invalid costs are dropped: costs are for accounting only and affect no decision. */
function parseCosts(costs: unknown): { readonly costs?: readonly VendorCost[] } {
  const amounts = new Map<string, number>();
  for (const cost of Array.isArray(costs) ? costs : []) {
    const { amount, unit: name } = fieldsOf(cost);
    if (typeof amount !== "number" || !(amount >= 0) || typeof name !== "string") continue;
    const unit = name.slice(0, longestUnit);
    const sum = (amounts.get(unit) ?? 0) + amount;
    if (sum <= largestAmount && (amounts.has(unit) || amounts.size < mostUnits)) amounts.set(unit, sum);
  }
  return amounts.size === 0 ? {} : { costs: Array.from(amounts, ([unit, amount]) => ({ amount, unit })) };
}

function parseMedia(media: unknown): ProviderMedia | null {
  const { bytes: given, contentType } = fieldsOf(media);
  const bytes = toBytes(given);
  return bytes && { bytes, contentType: String(contentType) };
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
