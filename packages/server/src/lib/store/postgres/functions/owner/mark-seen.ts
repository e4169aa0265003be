import { defineCommand } from "../../text/define-function.js";
import { listOf } from "../../text/list-of.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

/**
 * Marks several generations of the owner at once, each with its own sequence. Skips every other id.
 *
 * Locks: the owner of the request, then its unseen generations. A transfer may create the owner after a lock that found
 * none, and counts as later.
 */
export const markSeen = defineCommand<null>({
  name: "mark_seen",
  parameters: { ...timeParameters, ownerId: "text", ids: "text" },
  declare: "v_now bigint; v_ids text[]; v_sequence bigint;",
  body: `
  SELECT sequence INTO v_sequence FROM @owners WHERE id = :ownerId FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  v_ids := ARRAY(SELECT id FROM @generations
    WHERE id = ANY (${listOf(":ids")}) AND owner_id = :ownerId
      AND finished_at IS NOT NULL AND deleted_at IS NULL AND seen_at IS NULL
    ORDER BY id FOR NO KEY UPDATE);
  IF cardinality(v_ids) = 0 THEN RETURN NULL; END IF;
  v_now := ${nowInFunction};
  UPDATE @generations g SET seen_at = v_now, version = version + 1, sequence = v_sequence + n.number
  FROM unnest(v_ids) WITH ORDINALITY n (id, number) WHERE g.id = n.id;
  UPDATE @owners SET sequence = v_sequence + cardinality(v_ids) WHERE id = :ownerId;
  RETURN NULL;`,
});
