import type { RetryBody, SubmitBody, SubmitManyBody } from "@safelight/client/contract";
import type { Caller } from "../../model/define-model.js";
import type { IdempotencyKey } from "../../ports/store/submit-commands.js";
import { notFound } from "../errors/not-found.js";
import { ServiceError } from "../errors/service-error.js";
import { toServiceError } from "../errors/to-service-error.js";
import type { ServiceContext } from "../service-context.js";
import { keyMismatch, toIdempotencyKey } from "./idempotency-key.js";
import { retryGeneration } from "./retry-generation.js";
import { submitGeneration } from "./submit-generation.js";
import { replayMany, type SubmitManyResult, submitMany } from "./submit-many.js";
import { type SubmitResult, toSubmitResult } from "./submit-result.js";

/** A submit or retry whose body is not parsed yet. */
export interface SubmitRequest {
  readonly caller: Caller;
  /** `Erasures.position` from before the caller was identified. */
  readonly erasurePosition: number;
  /** The idempotency key; `undefined` without one. */
  readonly key: string | undefined;
  /** The body, byte for byte: the same key with another body is a mismatch. */
  readonly bytes: Uint8Array;
  /** Aborts when the client disconnects. A function, because the signal costs memory; a replay needs none. */
  readonly signal?: () => AbortSignal;
}

/** Parses a body; a replay does not call it. */
interface Parsed<Body> {
  readonly parse: (bytes: Uint8Array) => Body;
}

/**
 * Submits a generation, once for each idempotency key.
 *
 * @throws {ServiceError} those of `parse`, `once` and `submitGeneration`
 */
export function submitOnce(
  context: ServiceContext,
  { parse, ...request }: SubmitRequest & Parsed<SubmitBody>,
): Promise<SubmitResult> {
  const { bytes, caller, erasurePosition, signal } = request;
  const submit = (idempotencyKey: IdempotencyKey | null) =>
    submitGeneration(context, { caller, erasurePosition, body: parse(bytes), idempotencyKey, retryOf: null, signal });
  return once(context, { ...request, route: "POST /", submit, ...single });
}

/**
 * Submits several generations, once for each idempotency key.
 *
 * @throws {ServiceError} those of `parse`, `once` and `submitMany`
 */
export function submitManyOnce(
  context: ServiceContext,
  { parse, ...request }: SubmitRequest & Parsed<SubmitManyBody>,
): Promise<SubmitManyResult> {
  const { bytes, caller, erasurePosition, signal } = request;
  const submit = (idempotencyKey: IdempotencyKey | null) =>
    submitMany(context, { caller, erasurePosition, body: parse(bytes), idempotencyKey, signal });
  const idsOf = ({ response }: SubmitManyResult) => response.generations.map(({ id }) => id);
  return once(context, { ...request, route: "POST /many", submit, replay: replayMany, idsOf });
}

/**
 * Retries a generation, once for each idempotency key.
 *
 * @throws {ServiceError} those of `parse`, `once` and `retryGeneration`
 */
export function retryOnce(
  context: ServiceContext,
  { id, parse, ...request }: SubmitRequest & Parsed<RetryBody> & { readonly id: string },
): Promise<SubmitResult> {
  const { bytes, caller, erasurePosition, signal } = request;
  const submit = (idempotencyKey: IdempotencyKey | null) =>
    retryGeneration(context, { caller, erasurePosition, id, body: parse(bytes), idempotencyKey, signal });
  return once(context, { ...request, route: `POST /${id}/retry`, submit, ...single });
}

interface KeyedSubmit<Result> extends SubmitRequest {
  readonly route: string;
  readonly submit: (idempotencyKey: IdempotencyKey | null) => Promise<Result>;
  /** The result of a known key; `null` for a new one. */
  readonly replay: (
    context: ServiceContext,
    known: { readonly caller: Caller; readonly idempotencyKey: IdempotencyKey },
  ) => Promise<Result | null>;
  readonly idsOf: (result: Result) => readonly string[];
}

/** Submits or replays, and reports the outcome. */
async function once<Result extends Pick<SubmitResult, "replayed">>(
  context: ServiceContext,
  request: KeyedSubmit<Result>,
): Promise<Result> {
  const { reporter } = context;
  try {
    const result = await submitOrReplay(context, request);
    const outcome = result.replayed ? "replayed" : "accepted";
    for (const generationId of request.idsOf(result)) reporter?.submitted({ outcome, generationId });
    return result;
  } catch (error) {
    reporter?.submitted({ outcome: toServiceError(error)?.code ?? "internal", generationId: null });
    throw error;
  }
}

/**
 * Returns the earlier result of a known key, else submits. A replay is a single read, before any other check of the
 * request. It needs no write lock, calls no hook, and does not depend on later changes of models or prices.
 *
 * The commit checks the key again, for duplicates that race. If this one is refused, for example by a host that counts
 * submits, and another one was accepted, it gets the result of the accepted one.
 *
 * @throws {ServiceError} idempotency_mismatch; invalid_input for the key; not_found when the key's generation was deleted
 */
async function submitOrReplay<Result>(context: ServiceContext, request: KeyedSubmit<Result>): Promise<Result> {
  const { bytes, caller, key, replay, route, submit } = request;
  if (key === undefined) return submit(null);
  const idempotencyKey = await toIdempotencyKey({ key, route, body: bytes });
  const known = await replay(context, { caller, idempotencyKey });
  if (known !== null) return known;
  if (context.billing?.host?.kind !== "authorizing") return submitNew(context, { ...request, idempotencyKey });
  // Each duplicate has a hold of its own: the balance may suffice for one only.
  const entering = { ownerId: caller.ownerId, keyHash: idempotencyKey.keyHash, signal: request.signal };
  const { hasWaited, leave } = await context.duplicatesInFlight.enter(entering);
  try {
    const accepted = hasWaited ? await replay(context, { caller, idempotencyKey }) : null;
    return accepted ?? (await submitNew(context, { ...request, idempotencyKey }));
  } finally {
    leave();
  }
}

/** Submits, and replays if a duplicate was accepted first. */
async function submitNew<Result>(
  context: ServiceContext,
  { caller, idempotencyKey, replay, submit }: KeyedSubmit<Result> & { readonly idempotencyKey: IdempotencyKey },
): Promise<Result> {
  try {
    return await submit(idempotencyKey);
  } catch (error) {
    // Throws the error of a replay that fails: a duplicate may have been accepted, so the refusal may be wrong.
    const accepted = ServiceError.isInstance(error) ? await replay(context, { caller, idempotencyKey }) : null;
    if (accepted === null) throw error;
    return accepted;
  }
}

async function replayOne(
  context: ServiceContext,
  { caller, idempotencyKey }: { readonly caller: Caller; readonly idempotencyKey: IdempotencyKey },
): Promise<SubmitResult | null> {
  const { ownerId, accountId } = caller;
  const known = await context.store.findSubmission({ ownerId, keyHash: idempotencyKey.keyHash });
  if (known === null) return null;
  if (known.fingerprint !== idempotencyKey.fingerprint) throw keyMismatch();
  if (known.generation === null) throw notFound();
  const { balance } = await context.store.listCredits({ accountId, limit: 1, before: null });
  return toSubmitResult(context, {
    generation: known.generation,
    accountId,
    balance: balance ?? context.billing?.initialGrant ?? 0,
    rate: null,
    replayed: true,
  });
}

/** A submit of one generation. */
const single = {
  replay: replayOne,
  idsOf: ({ response }: SubmitResult): readonly string[] => [response.generation.id],
};
