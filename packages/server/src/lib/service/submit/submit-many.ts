import type { SubmitManyBody, SubmitManyResponse } from "@safelight/client/contract";
import { galleriesOf } from "../../generation/gallery-id.js";
import type { GenerationRecord } from "../../generation/generation-record.js";
import type { Caller } from "../../model/define-model.js";
import { gateOf } from "../../model/gate-limits.js";
import type { InputRecord } from "../../ports/store/input-store.js";
import type {
  IdempotencyKey,
  RateState,
  SubmitItem,
  SubmitManyCommand,
  SubmitManyVerdict,
} from "../../ports/store/submit-commands.js";
import { shownCredits } from "../credits/host-balance.js";
import { notFound } from "../errors/not-found.js";
import { ServiceError } from "../errors/service-error.js";
import type { Submission } from "../hooks.js";
import { ownerErased, toErasureCheck } from "../owners/erasures.js";
import { pollAfterMs } from "../read/poll-pace.js";
import type { ServiceContext } from "../service-context.js";
import { toWireGenerations, type WireGeneration } from "../wire/wire-generation.js";
import { checkLimits, hasCostlyChecks, refusedByLimit } from "./check-limits.js";
import { atIndex, checkManyBody } from "./check-many-body.js";
import { checkReferences } from "./check-references.js";
import { parseNotBefore } from "./check-submit-body.js";
import { chooseTeam } from "./choose-team.js";
import { type Holds, withHolds } from "./hold-credits.js";
import { keyMismatch } from "./idempotency-key.js";
import type { PendingSubmit } from "./pending-submits.js";
import { type PricedInput, priceInput } from "./price-input.js";
import { rateLimitHeaders } from "./rate-limit-headers.js";
import { callBeforeSubmit, startsInMs } from "./submit-generation.js";
import type { SubmitResult } from "./submit-result.js";

/** The response to a submit of several generations, and the facts for its HTTP headers. */
export interface SubmitManyResult extends Omit<SubmitResult, "response"> {
  readonly response: SubmitManyResponse<WireGeneration>;
}

/** A submit of several generations whose body is parsed. */
interface ParsedSubmitMany {
  readonly caller: Caller;
  /** `Erasures.position` from before the caller was identified. */
  readonly erasurePosition: number;
  readonly body: SubmitManyBody;
  readonly idempotencyKey: IdempotencyKey | null;
  readonly signal?: (() => AbortSignal) | undefined;
}

/** Max simultaneous calls of `beforeSubmit` by one submit whose inputs refer to uploads. */
const maxCallsWithUploads = 4;

/** The checked parts of a submit. */
interface CheckedSubmitMany {
  readonly request: ParsedSubmitMany;
  readonly notBefore: number | null;
  readonly priced: readonly PricedInput[];
  readonly submissions: readonly Submission[];
}

/**
 * Debits the credits and queues all generations in one commit, or none, then wakes the worker and the watchers. The checks
 * are those of a single submit, for each input.
 *
 * @throws {ServiceError} those of `submitGeneration`, with paths that begin with `inputs` and the index
 */
export async function submitMany(context: ServiceContext, request: ParsedSubmitMany): Promise<SubmitManyResult> {
  const { caller, body } = request;
  checkManyBody(body, context.limits);
  const notBefore = parseNotBefore(body.notBefore, context.clock.now());
  const priced = await priceInputs(context, request);
  const credits = priced.reduce((sum, one) => sum + one.credits, 0);
  if (body.expectedCredits !== undefined && body.expectedCredits !== credits) {
    throw new ServiceError("price_changed", `The price of all is now ${credits} credits.`, { credits });
  }
  const submissions = priced.map((one, index) => toSubmission(request, { priced: one, index }));
  const checked = { request, notBefore, priced, submissions };
  const submitted = await toCommand(context, checked);
  const pending = context.pendingSubmits.begin(caller.ownerId, priced.length);
  let verdict: SubmitManyVerdict;
  try {
    await checkBeforeCommit(context, { ...checked, credits, pending });
    const signal = request.signal?.();
    const { erasurePosition } = request;
    const teamId = await chooseTeam(context, { submissions, requested: body.visibility, erasurePosition, signal });
    const command = { ...submitted, teamId };
    verdict = await withHolds(context, {
      caller,
      model: command.model,
      priced: command.items,
      keyHash: request.idempotencyKey?.keyHash ?? null,
      pending,
      signal,
      commit: (holds) => context.store.submitMany(addHolds(command, holds)),
    });
  } finally {
    pending.end();
  }
  return toResult(context, { caller, groupId: submitted.groupId, verdict });
}

/** Adds to each item its hold; `null` for a free generation. */
function addHolds(command: SubmitManyCommand, holds: Holds): SubmitManyCommand {
  const withHold = (item: SubmitItem): SubmitItem => ({ ...item, hold: holds.get(item.id) ?? null });
  const [first, ...others] = command.items;
  return { ...command, items: [withHold(first), ...others.map(withHold)] };
}

/** Adds the index of an input to an error of work for it. */
async function withIndex<Result>(index: number, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw atIndex(error, index);
  }
}

async function priceInputs(
  context: ServiceContext,
  { body: { model, inputs }, caller, signal }: ParsedSubmitMany,
): Promise<readonly PricedInput[]> {
  const priced: PricedInput[] = [];
  for (const [index, input] of inputs.entries()) {
    priced.push(await withIndex(index, priceInput(context, { caller, model, input, signal: signal?.() })));
  }
  return priced;
}

function toSubmission(
  { body, caller }: ParsedSubmitMany,
  { priced: { credits, parsedInput }, index }: { readonly priced: PricedInput; readonly index: number },
): Submission {
  return {
    caller,
    model: body.model,
    input: parsedInput,
    sentInput: body.inputs[index] ?? null,
    scope: body.scope ?? null,
    metadata: body.metadata ?? null,
    credits,
    retryOf: null,
  };
}

/** The limits come first, because uploads and functions of the host are costly. Each generation counts. */
async function checkBeforeCommit(
  context: ServiceContext,
  {
    request: { caller, erasurePosition, signal },
    notBefore,
    submissions,
    credits,
    pending,
  }: CheckedSubmitMany & { readonly credits: number; readonly pending: PendingSubmit },
): Promise<void> {
  const inputs = submissions.map(({ input }) => input);
  if (hasCostlyChecks(context, { caller, credits, inputs })) {
    const ahead = () => pending.ahead() + submissions.length - 1;
    await checkLimits(context, { caller, credits, pending: { ...pending, ahead } });
  }
  const referenced: (readonly InputRecord[])[] = [];
  for (const [index, { input }] of submissions.entries()) {
    referenced.push(await withIndex(index, checkReferences(context, { caller, input, notBefore })));
  }
  const call = (submission: Submission, index: number) =>
    withIndex(index, callBeforeSubmit(context, { submission, files: referenced[index] ?? [], signal: signal?.() }));
  // A hook may hold the uploads of its input in memory.
  const atOnce = referenced.some(({ length }) => length > 0) ? maxCallsWithUploads : submissions.length;
  await context.erasures.within(erasurePosition, async () => {
    for (let start = 0; start < submissions.length; start += atOnce) {
      const calls = submissions.slice(start, start + atOnce).map((submission, at) => call(submission, start + at));
      await Promise.all(calls);
    }
  });
}

async function toCommand(
  context: ServiceContext,
  { request, notBefore, priced, submissions }: CheckedSubmitMany,
): Promise<SubmitManyCommand> {
  const { body, caller, erasurePosition, idempotencyKey } = request;
  const { ownerId, accountId } = caller;
  const items = priced.map(
    ({ credits, model, parsed, parsedInput }, index): SubmitItem => ({
      id: context.ids.newGenerationId(),
      input: submissions[index]?.sentInput ?? null,
      parsedInput,
      requestedOutputs: model.outputsFor(parsed),
      storagePrefix: context.ids.newStoragePrefix(),
      credits,
      refunds: model.refundsFor(parsed, caller),
      priority: model.priorityFor(parsed, caller) ?? context.priorityFor(parsed, caller),
    }),
  );
  const [first, ...others] = items;
  const [model] = priced.map((one) => one.model);
  if (first === undefined || model === undefined) throw new Error("`checkManyBody` accepted no inputs.");
  return {
    groupId: context.ids.newGroupId(),
    items: [first, ...others],
    ownerId,
    accountId,
    model: body.model,
    kind: model.kind,
    scope: body.scope ?? null,
    metadata: body.metadata ?? null,
    dropOnCancel: model.dropOnCancel,
    maxAttempts: model.maxAttempts,
    deadlineMs: model.deadlineMs,
    notBefore,
    expiresAfterMs: body.expiresAfterMs ?? null,
    gate: gateOf(model.providers[0]),
    idempotencyKey,
    initialGrant: context.billing?.initialGrant ?? 0,
    limits: context.limits,
    erasures: await toErasureCheck(context, { ids: [ownerId, accountId], after: erasurePosition }),
  };
}

async function toResult(
  context: ServiceContext,
  {
    caller,
    groupId,
    verdict,
  }: { readonly caller: Caller; readonly groupId: string; readonly verdict: SubmitManyVerdict },
): Promise<SubmitManyResult> {
  switch (verdict.type) {
    case "accepted": {
      const { balance, generations, rate } = verdict;
      for (const one of generations) context.dispatcher.enqueue({ generationId: one.id, dueInMs: startsInMs(one) });
      context.eventBus.hint([...new Set([...generations.flatMap(galleriesOf), caller.ownerId, caller.accountId])]);
      const { accountId } = caller;
      return toSubmitManyResult(context, { groupId, generations, accountId, balance, rate, replayed: false });
    }
    case "replayed":
      // `submitManyOnce` then reads the group of the key.
      throw notFound();
    case "mismatch":
      throw keyMismatch();
    case "owner_erased":
      throw ownerErased(context);
    default:
      throw refusedByLimit(context, verdict);
  }
}

/** The result of a known key; `null` for a new one. @throws {ServiceError} not_found if all generations were deleted */
export async function replayMany(
  context: ServiceContext,
  { caller, idempotencyKey }: { readonly caller: Caller; readonly idempotencyKey: IdempotencyKey },
): Promise<SubmitManyResult | null> {
  const { ownerId, accountId } = caller;
  const known = await context.store.findSubmission({ ownerId, keyHash: idempotencyKey.keyHash });
  if (known === null) return null;
  if (known.fingerprint !== idempotencyKey.fingerprint) throw keyMismatch();
  const { groupId } = known;
  const { generations } = groupId === null ? { generations: [] } : await context.store.listGroup({ ownerId, groupId });
  if (groupId === null || generations.length === 0) throw notFound();
  const { balance } = await context.store.listCredits({ accountId, limit: 1, before: null });
  return toSubmitManyResult(context, {
    groupId,
    generations,
    accountId,
    balance: balance ?? context.billing?.initialGrant ?? 0,
    rate: null,
    replayed: true,
  });
}

async function toSubmitManyResult(
  context: ServiceContext,
  facts: {
    readonly groupId: string;
    readonly generations: readonly GenerationRecord[];
    readonly accountId: string;
    readonly balance: number;
    readonly rate: RateState | null;
    readonly replayed: boolean;
  },
): Promise<SubmitManyResult> {
  const { accountId, balance, generations, groupId, rate, replayed } = facts;
  return {
    response: {
      groupId,
      generations: await toWireGenerations(context, generations),
      credits: await shownCredits(context, { accountId, balance }),
    },
    replayed,
    pollAfterMs: pollAfterMs(generations, context.clock.now()),
    rateLimitHeaders: rateLimitHeaders(context.limits, rate),
  };
}
