import { nowInFunction } from "../../text/time.js";
import { recordedCommand } from "./record-action.js";

const item = "@outbox o WHERE o.id = :item AND o.topic IN ('announce_to_hook', 'announce_to_webhook')";

/** A field of an announcement. The payload of another kind of item may be nested too deep to be parsed. */
const fieldOf = (name: string) => String.raw`substring(o.payload FROM '"${name}"\s*:\s*"([\w-]+)"')`;

const shape = {
  parameters: { item: "bigint" },
  uses: [],
  declare: "v_subject text;",
  subject: "coalesce(v_subject, '*')",
  lock: `-- Without the item, there is no snapshot, and the effect changes nothing.
  PERFORM 1 FROM ${item} FOR UPDATE;`,
  isApplied: "v_before IS NOT NULL",
  snapshot: `(SELECT json_build_object('event', ${fieldOf("event")}, 'target', replace(o.topic, 'announce_to_', ''),
      'tries', o.tries, 'dueAt', o.due_at)::text FROM ${item})`,
} as const;

/** A delivery that is due already keeps its due time, because claims are in the order of due times. Locks: the item. */
export const deliver = recordedCommand({
  ...shape,
  name: "operator_deliver",
  effect: `v_subject := (SELECT ${fieldOf("generationId")} FROM ${item});
    UPDATE @outbox SET due_at = ${nowInFunction} WHERE id = :item AND v_before IS NOT NULL AND due_at > ${nowInFunction};`,
});

/** Locks: the item. */
export const drop = recordedCommand({
  ...shape,
  name: "operator_drop",
  effect: `v_subject := (SELECT ${fieldOf("generationId")} FROM ${item});
    DELETE FROM @outbox WHERE id = :item AND v_before IS NOT NULL;`,
});
