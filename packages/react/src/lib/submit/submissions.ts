import { type AnySafelightClient, isRefusal, SafelightError } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import { activeDataOf } from "../connection/active-data-of.js";
import { createEmitter, type Emitter } from "../connection/emitter.js";
import type { Live } from "../connection/live-interface.js";
import { withLive } from "../connection/live-of.js";
import { type Owner, unknownOwner } from "../connection/owner.js";
import { perLive } from "../connection/per-live.js";
import { forceFetch } from "../query/query-options.js";
import { isSameOwner } from "./is-same-owner.js";
import {
  type PendingSubmission,
  pendingSubmissionsOf,
  type SubmissionRequest,
  type SubmissionTarget,
} from "./pending-submissions.js";
import { hashOfAction, recordedKeys, recordSubmission } from "./record-submission.js";
import type { InFlightSubmission } from "./session-interface.js";
import { type AcceptedSubmit, isOfTarget, mayResultFrom, postSubmission } from "./submission-request.js";

/** How long an accepted submission can be joined, whatever the window, in milliseconds. */
const maxWindowMs = 3_600_000;

/** A user action. */
export interface SendOptions {
  readonly request: SubmissionRequest;
  readonly client: AnySafelightClient;
  /** Joins an equal submission that was accepted less than this many milliseconds ago, or is in flight; 0 joins none. */
  readonly windowMs: number;
  /** Its record, if it was recorded before this code was loaded. */
  readonly recorded?: PendingSubmission | undefined;
}

/** A submission that a session has sent. */
export interface SentSubmission {
  readonly submission: InFlightSubmission;
  /** The session that sent it, compared by identity. */
  readonly session: object;
}

/** Submissions of one connection. */
export interface Submissions {
  readonly live: Live;
  readonly entries: Set<LogEntry>;
  /** Notified when a session sends a submission. */
  readonly observers: Emitter<SentSubmission>;
}

interface LogEntry extends InFlightSubmission {
  /** The owner at the click; its tag is updated when it becomes known. */
  owner: Owner;
  /** `null` for an input that JSON cannot represent. */
  readonly hash: string | null;
  /** Epoch milliseconds of the click. `submittedAt` is that of the first click under the same key. */
  readonly sentAt: number;
  readonly abort: AbortController;
}

/** The submissions of a connection, shared by all hooks. */
export const submissionsOf = /* @__PURE__ */ perLive(createSubmissions);

function createSubmissions(live: Live): Submissions {
  const log: Submissions = { live, entries: new Set(), observers: createEmitter() };
  let { epoch } = unknownOwner;
  const onOwner = () => {
    tagPending(log, { isReset: epoch !== live.state.owner.epoch });
    epoch = live.state.owner.epoch;
    abortOfOthers(log);
  };
  live.subscribe((change) => {
    if (change.type === "generation") resolveFailed(log, change.generation);
    else onOwner();
  });
  onOwner();
  return log;
}

/**
 * Sends an action under an idempotency key that is recorded before, or joins an equal one.
 *
 * @throws {SafelightError} if the owner of a record has signed out, or the host's `createId` has thrown
 */
export function sendSubmission(
  log: Submissions,
  { request, client, windowMs, recorded }: SendOptions,
): InFlightSubmission {
  const joined = findJoinable(log, { request, windowMs, recorded });
  if (joined !== undefined) return joined;
  if (recorded !== undefined) return sendRecorded(log, { client, recorded });
  return launch(log, { client, submission: record(log, { client, request }) });
}

function record(log: Submissions, options: Pick<SendOptions, "client" | "request">): PendingSubmission {
  try {
    return recordSubmission(log.live, { ...options, mayReuse: (other) => !isInFlight(log, other) });
  } catch (cause) {
    throw new SafelightError("invalid_input", "createId has thrown", { cause });
  }
}

function findJoinable(
  { entries, live }: Submissions,
  { request, windowMs, recorded }: Omit<SendOptions, "client">,
): LogEntry | undefined {
  const now = Date.now();
  const hash = hashOfAction(request);
  for (const entry of entries) {
    if (recorded?.idempotencyKey === entry.idempotencyKey) return entry;
    // The clock may have been set back.
    const ageMs = isOpen(entry) ? 0 : Math.abs(now - entry.sentAt);
    if (entry.error || ageMs >= maxWindowMs) entries.delete(entry);
    else if (ageMs < windowMs && hash !== null && entry.hash === hash && isSameOwner(entry.owner, live.state.owner))
      return entry;
  }
  return undefined;
}

/** Sends an action that was recorded before this code was loaded. */
function sendRecorded(
  log: Submissions,
  { client, recorded }: { readonly client: AnySafelightClient; readonly recorded: PendingSubmission },
): InFlightSubmission {
  const { idempotencyKey } = recorded;
  const { tag } = log.live.state.owner;
  const pending = pendingSubmissionsOf(log.live);
  // Its owner tag may be known by now. A record that was removed is too old, or its owner has signed out.
  const submission = pending.list().find((other) => other.idempotencyKey === idempotencyKey);
  const ownerTag = submission?.ownerTag ?? tag;
  if (submission !== undefined && ownerTag === (tag ?? ownerTag)) {
    return launch(log, { client, submission: { ...submission, ownerTag } });
  }
  pending.remove(idempotencyKey);
  throw new SafelightError("unauthenticated", "Another user is signed in");
}

/** Sends a submission. The server refuses it, and each retry of it, if another owner than that of its tag is signed in. */
function launch(
  { live, entries }: Submissions,
  { client, submission }: { readonly client: AnySafelightClient; readonly submission: PendingSubmission },
): LogEntry {
  const { request, idempotencyKey, ownerTag } = submission;
  const pending = pendingSubmissionsOf(live);
  const abort = new AbortController();
  const onAccepted = ({ generation: only, generations = [only as Generation] }: AcceptedSubmit) => {
    // The server accepts at least one.
    const first = generations[0] as Generation;
    pending.remove(idempotencyKey);
    entry.generation = first;
    entry.generations = generations;
    for (const generation of generations) withLive(live, ({ take }) => void take(generation, entry.owner));
    return first;
  };
  const onError = (error: SafelightError): never => {
    entry.error = error;
    const isFinal = abort.signal.aborted || isRefusal(error);
    // The page may show the data of the previous owner: its next response shows who is signed in.
    if (error.code === "unauthenticated") void live.queryClient.prefetchQuery(forceFetch(live.active));
    if (isFinal) pending.remove(idempotencyKey);
    else pending.put({ ...submission, ownerTag: entry.owner.tag, hasFailed: true });
    throw error;
  };
  const entry: LogEntry = {
    ...submission,
    // Starts once there is an entry: the owner of the page may become known between two attempts.
    promise: Promise.resolve()
      .then(() => {
        const tagOf = () => ownerTag ?? entry.owner.tag ?? undefined;
        return postSubmission(client, { request, idempotencyKey, ownerTag: tagOf, signal: abort.signal });
      })
      .then(onAccepted, onError),
    generation: null,
    generations: [],
    error: null,
    isInterrupted: false,
    owner: live.state.owner,
    hash: hashOfAction(request),
    sentAt: Date.now(),
    abort,
  };
  entries.add(entry);
  return entry;
}

/**
 * The submissions in flight to a target, oldest first. Submissions that a reload interrupted are sent again, as soon as the
 * server has identified the owner.
 */
export function resumeSubmissions(
  log: Submissions,
  { target, client }: { readonly target: SubmissionTarget; readonly client: AnySafelightClient },
): readonly InFlightSubmission[] {
  const { live, entries } = log;
  const { tag, isConfirmed } = live.state.owner;
  const isHere = ({ request }: PendingSubmission) => isOfTarget(request, target);
  const pending = pendingSubmissionsOf(live);
  const waiting = pending.list().filter((submission) => isHere(submission) && !isInFlight(log, submission));
  if (isConfirmed) {
    for (const submission of waiting) {
      const { idempotencyKey, ownerTag } = submission;
      // Another owner must not pay for it.
      if (ownerTag === null || ownerTag !== tag) pending.remove(idempotencyKey);
      else if (isInterrupted(submission)) launch(log, { client, submission }).isInterrupted = true;
    }
  } else if (tag !== null && waiting.some(isInterrupted)) {
    // The tag came with the page, so the server must confirm it first.
    void live.queryClient.prefetchQuery(forceFetch(live.active));
  }
  return [...entries].filter((entry) => isHere(entry) && isSameOwner(entry.owner, live.state.owner) && isOpen(entry));
}

/**
 * Pending submissions of this page without an owner tag belong to the current owner: tags them once the tag is known, and
 * drops them when the owner changes. Those of an earlier page are not sent again.
 */
function tagPending({ live, entries }: Submissions, { isReset }: { readonly isReset: boolean }): void {
  const { owner } = live.state;
  for (const entry of entries) if (entry.owner.epoch === owner.epoch) entry.owner = owner;
  if (owner.tag === null && !isReset) return;
  const pending = pendingSubmissionsOf(live);
  for (const submission of pending.list()) {
    if (submission.ownerTag !== null) continue;
    if (isReset) pending.remove(submission.idempotencyKey);
    else pending.put({ ...submission, ownerTag: owner.tag });
  }
}

/** Stops the retries of submissions of other owners, since the current owner would pay for them. */
function abortOfOthers({ live, entries }: Submissions): void {
  if (live.state.owner.tag === null) return;
  for (const { owner, abort } of entries) {
    if (!isSameOwner(owner, live.state.owner))
      abort.abort(new SafelightError("unauthenticated", "Another user is signed in"));
  }
}

/** A submission whose failure was shown has been accepted after all, so the next click is another action. */
function resolveFailed({ live }: Submissions, generation: Generation): void {
  const pending = pendingSubmissionsOf(live);
  const offsetMs = activeDataOf(live)?.serverOffsetMs ?? 0;
  for (const { request, submittedAt, hasFailed, idempotencyKey } of pending.list()) {
    const isLater = Date.parse(generation.createdAt) >= submittedAt + offsetMs;
    if (hasFailed && isLater && mayResultFrom(request, generation)) pending.remove(idempotencyKey);
  }
}

function isOpen({ generation, error }: InFlightSubmission): boolean {
  return generation === null && error === null;
}

/** Whether a reload has interrupted it before its outcome was known. */
function isInterrupted({ idempotencyKey, hasFailed }: PendingSubmission): boolean {
  return !hasFailed && !recordedKeys.has(idempotencyKey);
}

function isInFlight({ entries }: Submissions, { idempotencyKey }: PendingSubmission): boolean {
  return [...entries].some((entry) => entry.idempotencyKey === idempotencyKey && isOpen(entry));
}
