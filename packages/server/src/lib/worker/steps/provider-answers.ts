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

/** In characters. */
const longestUnit = 32;
/** Of one attempt. */
const mostUnits = 8;
/** No vendor charges more, in any unit: the books add the amounts of all attempts, and have to come to a number. */
const largestAmount = 1e15;

/**
 * Reads what a provider answered to the paid request. Providers are written by hosts too, and types do not hold at run
 * time: what cannot be understood is `unknown`, because the vendor may well have the job.
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

/** Reads a provider's word on a running job; `null` when it cannot be understood, and is to be asked for again. */
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

/** Reads how far a provider says it is while it blocks; what is no word of it counts as not said. */
export function parseSubmitProgress(news: unknown): SubmitProgress {
  const { progress, preview: picture } = fieldsOf(news);
  const preview = parseMedia(picture);
  return { progress: parseNumber(progress), ...(preview && { preview }) };
}

/**
 * Reads whether a lost job was found; `unknown` when that cannot be understood.
 *
 * @throws {TypeError} when it was found with an operation that cannot be kept.
 */
export function parseLookupOutcome(answer: unknown): LookupOutcome {
  const { type, operation: handle } = fieldsOf(answer);
  if (type === "absent") return { type };
  if (type !== "found") return { type: "unknown" };
  const operation = toOperation(handle);
  if (operation === undefined) throw new TypeError(`The provider answered with ${operationRule}.`);
  return { type, operation };
}

/** Reads what became of a cancel; `null` when it cannot be understood. */
export function parseCancelOutcome(answer: unknown): CancelOutcome | null {
  return answer === "canceled" || answer === "requested" || answer === "too_late" ? answer : null;
}

function notUnderstood(what: string): SubmitOutcome {
  return { type: "unknown", reason: `The provider answered with ${what}.` };
}

function fieldsOf(answer: unknown): Readonly<Record<string, unknown>> {
  return typeof answer === "object" && answer !== null ? { ...answer } : {};
}

/** Whether a failure may be tried again follows from the table where the provider's own word is no word of it. */
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
  // Unlike the array's own methods, this visits holes.
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

/** Each unit once. What no vendor says is left out: costs are for the books, and decide nothing. */
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
 * The bytes as a plain view, without a copy where that can be: nothing that only says that it has bytes, or has given them
 * away, is met after this. By their tags: a class of another realm is another class.
 */
function toBytes(value: unknown): Uint8Array | null {
  if (!ArrayBuffer.isView(value) || tagOf(value) !== "[object Uint8Array]") return null;
  try {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    // Shared memory may change at any time, and cannot be hashed.
    return tagOf(value.buffer) === "[object SharedArrayBuffer]" ? bytes.slice() : bytes;
  } catch {
    return null;
  }
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}
