import { statusOf } from "../generation/generation-state.js";
import type { Announcement, AnnouncementTarget, Announcer } from "../ports/announcer.js";
import type { EndedGeneration } from "../ports/store/ended-store.js";
import type { EndEvent, Hooks } from "../service/hooks.js";
import type { ServiceContext } from "../service/service-context.js";
import { toWireGeneration } from "../service/wire/wire-generation.js";
import { type OutgoingWebhook, sendWebhook } from "./send-webhook.js";

/** The targets of a host's announcements. */
export interface AnnouncerOptions {
  readonly hooks: Hooks;
  /** `null` for none. */
  readonly webhook: OutgoingWebhook | null;
  readonly context: Pick<
    ServiceContext,
    | "store"
    | "mediaUrls"
    | "thumbnailUrlOf"
    | "exposesFlags"
    | "clock"
    | "databaseKeys"
    | "billing"
    | "erasures"
    | "queuePlaces"
  >;
}

const hookOf = {
  completed: "onCompleted",
  failed: "onFailed",
  canceled: "onCanceled",
  refunded: "onRefunded",
} as const satisfies Record<EndEvent["type"], keyof Hooks>;

/** Sends the outbox's announcements to the host's hooks and webhook. */
export function createAnnouncer({ context, hooks, webhook }: AnnouncerOptions): Announcer {
  const hasHooks = Object.values(hookOf).some((name) => hooks[name] !== undefined);
  const targets: AnnouncementTarget[] = [
    ...(hasHooks ? (["hook"] as const) : []),
    ...(webhook ? (["webhook"] as const) : []),
  ];
  return {
    targets,
    async announce({ event: announced, generationId, target }) {
      const { erasures } = context;
      const position = await erasures.position();
      const ended = await context.store.getEnded({ id: generationId });
      // An upgraded or restored database may not have the generation any more.
      if (ended === null) return;
      const event = await toEndEvent(context, { ended, announced });
      if (target === "hook") await erasures.within(position, () => hooks[hookOf[event.type]]?.(event));
      else if (webhook !== null) await sendWebhook(webhook, { event, now: context.clock.now() });
    },
  };
}

async function toEndEvent(
  context: AnnouncerOptions["context"],
  { announced, ended }: { readonly announced: Announcement["event"]; readonly ended: EndedGeneration },
): Promise<EndEvent> {
  const { costs, generation: record, isDeleted } = ended;
  const { accountId, credits, failureCode, finishedAt, id, model, ownerId, refundedCredits, startedAt, state, teamId } =
    record;
  const status = statusOf(state, startedAt);
  if (status === "pending" || status === "processing") throw new Error(`Generation ${id} has not ended.`);
  const type = announced === "refunded" ? announced : status;
  return {
    key: `${id}:${type}`,
    type,
    generationId: id,
    ownerId,
    accountId,
    teamId,
    model,
    status,
    failureCode,
    credits,
    refundedCredits,
    costs,
    endedAt: new Date(finishedAt ?? 0).toISOString(),
    generation: isDeleted ? null : await toWireGeneration(context, record),
  };
}
