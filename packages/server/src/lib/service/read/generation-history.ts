import {
  failures,
  type GenerationAttempt,
  type GenerationFailure,
  type GenerationPart,
  type TimelineEvent,
} from "@safelight/client/contract";
import { teamOfGallery } from "../../generation/gallery-id.js";
import type { AttemptRecord, GenerationRecord } from "../../generation/generation-record.js";
import { type ProviderFailure, providerErrors } from "../../generation/provider-failure.js";
import type { AttemptHistory } from "../../ports/store/attempt-history.js";
import type { ServiceContext } from "../service-context.js";

/** The requested parts of a generation. */
export interface GenerationParts {
  readonly attempts?: readonly GenerationAttempt[];
  readonly timeline?: readonly TimelineEvent[];
}

/** Reads parts of a generation that its owner has. They name no vendor, and contain none of its texts, ids or charges. */
export async function readParts(
  { store }: Pick<ServiceContext, "store">,
  { record, include }: { readonly record: GenerationRecord; readonly include: readonly GenerationPart[] },
): Promise<GenerationParts> {
  if (include.length === 0) return {};
  const history = await store.readAttempts({ ownerId: record.ownerId, id: record.id });
  return {
    ...(include.includes("attempts") && { attempts: history.attempts.map(toAttempt) }),
    ...(include.includes("timeline") && { timeline: toTimeline(record, history) }),
  };
}

function toAttempt({ number, state, startedAt, endedAt, failure }: AttemptRecord): GenerationAttempt {
  return {
    number,
    status: state === "intent" ? "submitting" : state,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
    // A result with missing outputs has a failure, too: its reasons are for operators.
    error: failure === null || state === "done" ? null : toFailure(failure),
  };
}

function toFailure({ code: providerCode }: ProviderFailure): GenerationFailure {
  const code = providerErrors[providerCode].failure;
  return { code, ...failures[code] };
}

/** The types of events, in the order of events at the same time. */
const order: readonly TimelineEvent["type"][] = [
  "submitted",
  "attempt_started",
  "accepted",
  "webhook",
  "cancel_requested",
  "attempt_ended",
  "stored",
  "settled",
  "noticed",
  "seen",
];

function toTimeline(record: GenerationRecord, { attempts, moments }: AttemptHistory): readonly TimelineEvent[] {
  const events: readonly Moment[] = [
    { type: "submitted", at: record.createdAt, attempt: null },
    ...attempts.map(({ number, startedAt }) => ({ type: "attempt_started", at: startedAt, attempt: number }) as const),
    ...attempts.map(({ number, endedAt }) => ({ type: "attempt_ended", at: endedAt, attempt: number }) as const),
    { type: "accepted", at: record.startedAt, attempt: null },
    { type: "cancel_requested", at: record.cancelRequestedAt, attempt: null },
    // The commit that settles a completed generation records its outputs.
    { type: "stored", at: record.state === "completed" ? record.finishedAt : null, attempt: null },
    { type: "settled", at: record.finishedAt, attempt: null },
    { type: "seen", at: record.seenAt, attempt: null },
    ...moments,
  ];
  const isShared = teamOfGallery(record.galleryId) !== null;
  return (
    events
      .filter(hasHappened)
      // Members of a team do not learn when the submitter saw it.
      .filter(({ type }) => !isShared || (type !== "seen" && type !== "noticed"))
      .sort((one, other) => one.at - other.at || order.indexOf(one.type) - order.indexOf(other.type))
      .map((event) => ({ ...event, at: new Date(event.at).toISOString() }))
  );
}

/** An event; `at` is `null` if it has not happened. */
type Moment = Omit<TimelineEvent, "at"> & { readonly at: number | null };

function hasHappened(event: Moment): event is Moment & { readonly at: number } {
  return event.at !== null;
}
