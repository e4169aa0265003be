import type { Json } from "@safelight/client/contract";
import type { Announcement } from "../../ports/announcer.js";
import type { UnresolvedHold } from "../../ports/store/hold-store.js";
import type { JobCapacity, OutboxItem, OutboxTopic, UnwantedJob } from "../../ports/store/outbox.js";
import { parseJson } from "./generation-row.js";
import type { SqlRow } from "./sql-row.js";

/** Converts a row of the outbox. */
export function toOutboxItem(row: SqlRow): OutboxItem {
  const id = Number(row.id);
  // Only topics that a worker passes are claimed, and these are all topics.
  const topic = row.topic as OutboxTopic;
  const payload: unknown = parseJson(String(row.payload));
  // The casts are safe: statements of this package write the payload of each topic.
  if (payload === undefined) return { id, topic: "unreadable", storedTopic: topic };
  switch (topic) {
    case "delete_objects":
      return { id, topic: "delete_objects", keys: payload as readonly string[] };
    case "delete_prefix":
      return { id, topic: "delete_prefix", prefix: payload as string };
    case "cancel_job":
      return { id, topic, job: payload as UnwantedJob, tries: Number(row.tries), capacity: toCapacity(row) };
    case "resolve_hold": {
      const { keyHash: _, ...hold } = payload as UnresolvedHold & { readonly keyHash?: string | null };
      return { id, topic, hold, tries: Number(row.tries) };
    }
    case "announce_to_hook":
    case "announce_to_webhook":
      return { id, topic, announcement: payload as Announcement, tries: Number(row.tries) };
  }
}

function toCapacity({ gate, input, capacity_left: left }: SqlRow): JobCapacity | null {
  if (gate === null || Number(left) <= 0) return null;
  // The cast is safe: a text that is no JSON has no value. The statement of a submit wrote it.
  return { gate: String(gate), leftMs: Number(left), input: (parseJson(String(input)) ?? null) as Json };
}
