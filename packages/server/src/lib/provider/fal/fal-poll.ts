import type { OperationStatus } from "../../ports/provider.js";
import { tooLong } from "../kit/failures/too-long.js";
import { whenNotFound } from "../kit/failures/when-not-found.js";
import { longestAnswer, longestWords } from "../kit/request/longest-answer.js";
import { vendorAnswer } from "../kit/request/vendor-answer.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import { type VendorAnswer, type VendorRequest, vendorRequest } from "../kit/request/vendor-request.js";
import { tqdmProgress } from "../kit/tqdm-progress.js";
import { isCanceled, jobFailureOf, wordsOf } from "./fal-failure.js";
import type { FalInput } from "./fal-input.js";
import type { FalOperation } from "./fal-operation.js";
import { costsOf, failureOfOutputs, outputsOf } from "./fal-outputs.js";

/** With `sync_mode` a result has the pictures in it, and no model makes more. */
const mostPictures = 10;

/** A free question, with the key. */
export type AskFal = (url: string, how?: { readonly maxBytes?: number; readonly method?: "PUT" }) => VendorRequest;

/** What a job's own status says when its result is to be asked for. */
interface Ended {
  readonly type: "ended";
  readonly hasFailed: boolean;
  readonly word: unknown;
}

/** What a job's own status says. */
type JobState = OperationStatus | Ended | "not_found";

/** What a poll may use beside the operation. */
export interface FalPollOptions {
  /** What was asked for. */
  readonly input: FalInput;
  /** Of one output; absent for no limit. */
  readonly maxOutputBytes: number | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Asks fal how a job is doing, and for its result when it has ended: that a job is `COMPLETED` does not mean that it
 * succeeded.
 *
 * @throws for what cannot be told now.
 */
export async function pollFal(
  operation: FalOperation,
  ask: AskFal,
  { input, maxOutputBytes, now }: FalPollOptions,
): Promise<OperationStatus> {
  const { requestId, responseUrl } = operation;
  const state = await stateOf(operation, ask);
  if (state === "not_found") return whenNotFound({ ...whatIs(operation), now });
  if (state.type !== "ended") return state;
  const maxBytes = input.sync_mode === true ? longestAnswer(maxOutputBytes, mostPictures) : longestWords;
  const reply = await vendorRequest(ask(responseUrl, { maxBytes }));
  if (reply.type === "too_long") return { type: "failed", failure: tooLong(`fal's result of job ${requestId}`) };
  if (reply.type !== "answered") throw new Error(`fal could not be asked for job ${requestId}: ${reply.reason}`);
  if (!state.hasFailed && isGone(reply)) return whenNotFound({ ...whatIs(operation), now, keptForMs: 0 });
  return statusOfResult(requestId, reply, state);
}

/** Tells whether a job that has ended was canceled. */
export async function wasCanceled(operation: FalOperation, ask: AskFal): Promise<boolean> {
  const state = await stateOf(operation, ask);
  if (state === "not_found" || state.type !== "ended" || !state.hasFailed) return false;
  const reply = await vendorRequest(ask(operation.responseUrl));
  return reply.type === "answered" && isCanceled(reply, state.word);
}

/** As `whenNotFound` wants to hear it. */
function whatIs({ acceptedAt, requestId }: FalOperation) {
  return { name: `fal's job ${requestId}`, acceptedAt };
}

async function stateOf({ requestId, statusUrl }: FalOperation, ask: AskFal): Promise<JobState> {
  const url = new URL(statusUrl);
  url.searchParams.set("logs", "1");
  const answer = await vendorAnswer("fal", ask(url.href, { maxBytes: longestWords }));
  if (answer.status === 404) return "not_found";
  const { status, queue_position, logs, error, error_type } = fieldsOf(jsonOf(answer));
  if (answer.status >= 300 || typeof status !== "string") {
    throw new Error(`fal answered ${answer.status}, and no status of job ${requestId}.`);
  }
  if (status === "COMPLETED")
    return { type: "ended", hasFailed: Boolean(error) || Boolean(error_type), word: error_type };
  if (status !== "IN_QUEUE") return { type: "running", progress: progressOf(logs) };
  return { type: "queued", queuePosition: typeof queue_position === "number" ? queue_position : null };
}

function progressOf(logs: unknown): number | null {
  if (!Array.isArray(logs)) return null;
  return tqdmProgress(
    logs
      .slice(-100)
      .map((line) => String(fieldsOf(line).message))
      .join("\n"),
  );
}

function statusOfResult(requestId: string, answer: VendorAnswer, { hasFailed, word }: Ended): OperationStatus {
  const isSuccess = answer.status >= 200 && answer.status < 300;
  if (hasFailed || !isSuccess) {
    if (isCanceled(answer, word)) return { type: "canceled" };
    if (!hasFailed && isStillInProgress(answer)) return { type: "running", progress: null };
    if (isWithoutVerdict(answer, { hasFailed, word })) {
      throw new Error(`fal answered ${answer.status} when asked for the result of job ${requestId}.`);
    }
    return { type: "failed", failure: jobFailureOf(requestId, answer, word), ...costsOf(answer.headers) };
  }
  const result = jsonOf(answer);
  if (result === null) throw new Error(`fal's result of job ${requestId} is no JSON.`);
  const outputs = outputsOf(result);
  const failure = failureOfOutputs(outputs);
  const costs = costsOf(answer.headers);
  return failure === null ? { type: "done", outputs, ...costs } : { type: "failed", failure, ...costs };
}

/** The two endpoints may disagree for a moment; fal has no word for it, only this text. */
function isStillInProgress({ status, body }: VendorAnswer): boolean {
  const { detail } = fieldsOf(jsonOf({ body }));
  return status === 400 && typeof detail === "string" && detail.includes("still in progress");
}

function isGone(answer: VendorAnswer): boolean {
  return (answer.status === 404 || answer.status === 410) && wordsOf(answer).length === 0;
}

/**
 * Tells whether nothing says what became of the job. A failed one has an end, but where neither its status nor the answer
 * has a word for it, trouble with asking must not pass for its failure: that would be tried again, and paid again.
 */
function isWithoutVerdict(answer: VendorAnswer, { hasFailed, word }: Pick<Ended, "hasFailed" | "word">): boolean {
  if (!hasFailed) return isOfTheAsking(answer);
  const isAnswered = answer.status >= 200 && answer.status < 300;
  return !isAnswered && !word && wordsOf(answer).length === 0 && isOfTheAsking(answer);
}

/** Tells whether an answer is about our question, and not about the job: that is no end of a job that is paid. */
function isOfTheAsking(answer: VendorAnswer): boolean {
  if (answer.status < 400) return true;
  if (answer.status >= 500) return wordsOf(answer).length === 0;
  return [401, 403, 408, 425, 429].includes(answer.status);
}
