import type { SubmitBody } from "@safelight/client/contract";
import { galleriesOf } from "../../generation/gallery-id.js";
import type { GenerationRecord } from "../../generation/generation-record.js";
import type { Caller } from "../../model/define-model.js";
import { gateOf } from "../../model/gate-limits.js";
import { cutText } from "../../ports/cut-text.js";
import type { InputRecord } from "../../ports/store/input-store.js";
import type { IdempotencyKey, SubmitCommand, SubmitVerdict } from "../../ports/store/submit-commands.js";
import { fromHost } from "../errors/from-host.js";
import { notFound } from "../errors/not-found.js";
import { ServiceError } from "../errors/service-error.js";
import type { Submission } from "../hooks.js";
import { submittedUploads } from "../inputs/submitted-uploads.js";
import { ownerErased, toErasureCheck } from "../owners/erasures.js";
import { ownerTagOf } from "../owners/owner-tag.js";
import type { ServiceContext } from "../service-context.js";
import { checkLimits, hasCostlyChecks, refusedByLimit } from "./check-limits.js";
import { checkReferences } from "./check-references.js";
import { checkSubmitBody, parseNotBefore } from "./check-submit-body.js";
import { chooseTeam } from "./choose-team.js";
import { withHolds } from "./hold-credits.js";
import { keyMismatch } from "./idempotency-key.js";
import type { PendingSubmit } from "./pending-submits.js";
import { type PricedInput, priceInput } from "./price-input.js";
import { type SubmitResult, toSubmitResult } from "./submit-result.js";

/** Max length of the logged reason of a refusal, in characters. */
const maxRefusalReasonLength = 1_000;

/** A submit whose body is parsed, or a retry. */
interface ParsedSubmit {
  readonly caller: Caller;
  /** `Erasures.position` from before the caller was identified. */
  readonly erasurePosition: number;
  readonly body: SubmitBody;
  readonly idempotencyKey: IdempotencyKey | null;
  /** Id of the retried generation; `null` for a submit. */
  readonly retryOf: string | null;
  /** Its abort refuses the submit if nothing is written yet. Absent: the caller cannot disconnect. */
  readonly signal?: (() => AbortSignal) | undefined;
}

/**
 * Debits the credits and queues a generation in one commit, then wakes the worker and the watchers. `submitOnce` replays
 * a known key before this runs; the commit decides between duplicates that race.
 *
 * @throws {ServiceError} invalid_input, payload_too_large, unknown_model, price_changed; content_blocked or forbidden by the host;
 * unavailable if a function of the host times out or the client disconnects before the commit; and the refusals of the commit
 */
export async function submitGeneration(context: ServiceContext, request: ParsedSubmit): Promise<SubmitResult> {
  const { caller, body, retryOf } = request;
  checkSubmitBody(body, context.limits);
  const notBefore = parseNotBefore(body.notBefore, context.clock.now());
  const signal = request.signal?.();
  const priced = await priceInput(context, { caller, model: body.model, input: body.input, signal });
  const { credits, parsedInput } = priced;
  if (body.expectedCredits !== undefined && body.expectedCredits !== credits) {
    throw new ServiceError("price_changed", `The price is now ${credits} credits.`, { credits });
  }
  const submission: Submission = {
    caller,
    model: body.model,
    input: parsedInput,
    sentInput: body.input,
    scope: body.scope ?? null,
    metadata: body.metadata ?? null,
    credits,
    retryOf,
  };
  const pending = context.pendingSubmits.begin(caller.ownerId);
  let verdict: SubmitVerdict;
  try {
    const { erasurePosition } = request;
    await checkBeforeCommit(context, { submission, notBefore, pending, erasurePosition, signal });
    const choice = { submissions: [submission], requested: body.visibility, erasurePosition, signal };
    const teamId = await chooseTeam(context, choice);
    const command = { ...(await toSubmitCommand(context, { request, priced, notBefore, submission })), teamId };
    verdict = await withHolds(context, {
      caller,
      model: body.model,
      priced: [command],
      keyHash: request.idempotencyKey?.keyHash ?? null,
      pending,
      signal,
      commit: (holds) => context.store.submit({ ...command, hold: holds.get(command.id) ?? null }),
    });
  } finally {
    pending.end();
  }
  return toResult(context, { caller, verdict });
}

/** The checks that need the database or the host. The limits come first, because uploads and functions of the host are costly. */
async function checkBeforeCommit(
  context: ServiceContext,
  {
    submission,
    notBefore,
    pending,
    erasurePosition,
    signal,
  }: {
    readonly submission: Submission;
    readonly notBefore: number | null;
    readonly pending: PendingSubmit;
    readonly erasurePosition: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const { caller, credits, input } = submission;
  if (hasCostlyChecks(context, { caller, credits, inputs: [input] }))
    await checkLimits(context, { caller, credits, pending });
  const files = await checkReferences(context, { caller, input, notBefore });
  await context.erasures.within(erasurePosition, () => callBeforeSubmit(context, { submission, files, signal }));
}

/** The command of a submit whose checks have passed. */
export async function toSubmitCommand(
  context: ServiceContext,
  {
    request: { body, caller, erasurePosition, idempotencyKey },
    priced: { model, parsed },
    notBefore,
    submission: { credits, input, metadata, retryOf, scope },
  }: {
    readonly request: ParsedSubmit;
    readonly priced: PricedInput;
    readonly notBefore: number | null;
    readonly submission: Submission;
  },
): Promise<SubmitCommand> {
  const { ownerId, accountId } = caller;
  return {
    id: context.ids.newGenerationId(),
    ownerId,
    accountId,
    model: body.model,
    kind: model.kind,
    scope,
    metadata,
    input: body.input,
    parsedInput: input,
    requestedOutputs: model.outputsFor(parsed),
    storagePrefix: context.ids.newStoragePrefix(),
    credits,
    dropOnCancel: model.dropOnCancel,
    refunds: model.refundsFor(parsed, caller),
    maxAttempts: model.maxAttempts,
    deadlineMs: model.deadlineMs,
    notBefore,
    expiresAfterMs: body.expiresAfterMs ?? null,
    retryOf,
    gate: gateOf(model.providers[0]),
    priority: model.priorityFor(parsed, caller) ?? context.priorityFor(parsed, caller),
    idempotencyKey,
    initialGrant: context.billing?.initialGrant ?? 0,
    limits: context.limits,
    erasures: await toErasureCheck(context, { ids: [ownerId, accountId], after: erasurePosition }),
  };
}

/**
 * Calls the hook with a copy, because it may mutate its argument, and with the files to which the input refers. A host without
 * types may return any value. Everything except `undefined`, `null` and a refusal is an error, and the submit fails.
 */
export async function callBeforeSubmit(
  context: ServiceContext,
  {
    submission,
    files,
    signal,
  }: {
    readonly submission: Submission;
    readonly files: readonly InputRecord[];
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const { clock, hooks, logger } = context;
  const what = "hooks.beforeSubmit";
  const refusal = await fromHost({ clock, signal, what }, (ended) => {
    const uploads = submittedUploads(context, { files, input: submission.input, signal: ended });
    return hooks.beforeSubmit?.(structuredClone(submission), uploads);
  });
  if (refusal === undefined || refusal === null) return;
  const { code, detail, reason } = refusal;
  if (code === "forbidden" || code === "content_blocked") {
    logger.warn("hooks.beforeSubmit refused a submit.", {
      event: "submit.refused",
      ownerTag: await ownerTagOf(context, submission.caller.ownerId),
      model: submission.model,
      code,
      reason: typeof reason === "string" ? cutText(reason, maxRefusalReasonLength) : null,
    });
    throw new ServiceError(code, detail);
  }
  throw new TypeError(
    'hooks.beforeSubmit must return undefined or { code: "content_blocked" | "forbidden", detail?, reason? }.',
  );
}

/** Milliseconds from the submit to the earliest start. */
export function startsInMs({ createdAt, notBefore }: GenerationRecord): number {
  return Math.max((notBefore ?? createdAt) - createdAt, 0);
}

async function toResult(
  context: ServiceContext,
  { caller, verdict }: { readonly caller: Caller; readonly verdict: SubmitVerdict },
): Promise<SubmitResult> {
  switch (verdict.type) {
    case "accepted":
      context.dispatcher.enqueue({ generationId: verdict.generation.id, dueInMs: startsInMs(verdict.generation) });
      context.eventBus.hint([...new Set([...galleriesOf(verdict.generation), caller.accountId])]);
      return toSubmitResult(context, { ...verdict, accountId: caller.accountId, replayed: false });
    case "replayed": {
      const { generation, balance } = verdict;
      if (generation === null) throw notFound();
      return toSubmitResult(context, { generation, accountId: caller.accountId, balance, rate: null, replayed: true });
    }
    case "mismatch":
      throw keyMismatch();
    case "owner_erased":
      throw ownerErased(context);
    default:
      throw refusedByLimit(context, verdict);
  }
}
