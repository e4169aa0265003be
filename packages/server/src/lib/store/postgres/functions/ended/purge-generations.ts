import type { PurgeVerdict } from "../../../../ports/store/retention-store.js";
import { defineCommand } from "../../text/define-function.js";
import { listOf } from "../../text/list-of.js";
import { enqueuePrefixDeletion } from "../../text/outbox.js";
import { keepHashes, purgeOf } from "../../text/purge.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

/**
 * Deletes the content of ended generations, each with the next sequence of its owner. Returns all their owners and
 * teams, also those of generations that another worker or the first send of this command purged.
 *
 * Locks: the owners, by id, then the generations, by id. A transfer during the wait moves generations to an owner who may
 * not be locked, and the command is then sent again.
 */
export const purgeGenerations = defineCommand<Pick<PurgeVerdict, "ownerIds" | "teamIds">>({
  name: "purge_generations",
  parameters: { ...timeParameters, ids: "text" },
  declare: "v_now bigint; v_ids text[]; v_owners text[]; v_purged text[];",
  body: `
  v_ids := ${listOf(":ids")};
  v_owners := ARRAY(SELECT DISTINCT owner_id FROM @generations WHERE id = ANY (v_ids));
  PERFORM 1 FROM @owners WHERE id = ANY (v_owners) ORDER BY id FOR NO KEY UPDATE;
  PERFORM 1 FROM @generations WHERE id = ANY (v_ids) ORDER BY id FOR NO KEY UPDATE;
  IF EXISTS (SELECT 1 FROM @generations WHERE id = ANY (v_ids) AND owner_id <> ALL (v_owners)) THEN
    RAISE EXCEPTION 'a generation moved to another owner' USING ERRCODE = '40001';
  END IF;
  v_now := ${nowInFunction};
  v_purged := ARRAY(SELECT id FROM @generations WHERE id = ANY (v_ids) AND deleted_at IS NULL);
  ${enqueuePrefixDeletion("id = ANY (v_purged)", { at: "v_now" })};
  UPDATE @generations g SET deleted_at = v_now, touched_at = v_now, version = g.version + 1, sequence = n.sequence
  FROM (
    SELECT own.id, o.sequence + row_number() OVER (PARTITION BY own.owner_id ORDER BY own.id) AS sequence
    FROM @generations own JOIN @owners o ON o.id = own.owner_id WHERE own.id = ANY (v_purged)
  ) n WHERE g.id = n.id;
  UPDATE @owners o SET sequence = n.sequence
  FROM (SELECT owner_id, max(sequence) AS sequence FROM @generations WHERE id = ANY (v_purged) GROUP BY owner_id) n
  WHERE o.id = n.owner_id;
  ${keepHashes("v_purged")};
  ${purgeOf("v_purged").join(";\n  ")};
  RETURN json_build_object(
    'ownerIds', (SELECT coalesce(json_agg(DISTINCT owner_id), '[]') FROM @generations WHERE id = ANY (v_ids)),
    'teamIds', (SELECT coalesce(json_agg(DISTINCT team_id), '[]') FROM @generations WHERE id = ANY (v_ids) AND team_id IS NOT NULL));`,
});
