import { hostKeyRetentionMs } from "../../../arguments/host-key.js";
import type { ErasedRow } from "../../../rows/owner-verdict.js";
import { lockErasures, lockOwnerStart, lockUploads } from "../../text/advisory-locks.js";
import { defineCommand } from "../../text/define-function.js";
import { isHostEntry } from "../../text/host-entries.js";
import { deleteInputs } from "../../text/inputs.js";
import { listOf } from "../../text/list-of.js";
import { enqueuePrefixDeletion } from "../../text/outbox.js";
import { purgeResultsOf } from "../../text/purge.js";
import { confirmedTime, nowInFunction, timeParameters } from "../../text/time.js";
import { ownerStart } from "../create-owner-if-missing.js";
import { lockNames } from "../lock-names.js";

/** Retention of an erasure, in milliseconds. Longer than any request: a slow hook may hold one for hours. */
const erasureRetentionMs = 24 * 60 * 60_000;

/** Whether the command deletes the last generation and the last upload: then it also erases the owner from the ledger. */
const isLast = `(SELECT count(*) FROM (SELECT 1 FROM @inputs WHERE owner_id = :ownerId LIMIT :limit + 1) i) <= :limit
    AND NOT EXISTS (SELECT 1 FROM @generations WHERE owner_id = :ownerId AND id <> ALL (v_batch))`;

/**
 * Whether to erase the account. A shared account stays: other owners would lose it with their credits. After a first run,
 * the id may have a new account. That one stays, too: its pseudonym exists already, and two accounts must not merge.
 */
const mayEraseAccount = `EXISTS (SELECT 1 FROM @accounts WHERE id = :ownerId AND shared = 0)
      AND NOT EXISTS (SELECT 1 FROM @accounts WHERE id = :pseudonym)`;

const recordErasure = `
    -- A new row has a position above all that ever existed.
    DELETE FROM @erased_owners WHERE owner_mark = ANY (v_owner_marks);
    INSERT INTO @erased_owners (owner_mark, expires_at) SELECT m, v_now + ${erasureRetentionMs} FROM unnest(v_owner_marks) m;
    -- The oldest ones, a few at a time.
    DELETE FROM @erased_owners WHERE expires_at <= ${confirmedTime("v_now")}
      AND position = ANY (ARRAY(SELECT position FROM @erased_owners ORDER BY position LIMIT 100));`;

/** A worker needs the parsed input of an active generation; all other content is deleted at once. */
const eraseGenerations = `
    -- The pseudonym is a separate owner: generations that end later get their sequences from it.
    INSERT INTO @owners AS o (id, sequence, log_start, rate_tat, refund_tat, touched_at, created_at)
    SELECT :pseudonym, sequence, 0, 0, 0, v_now, created_at FROM @owners WHERE id = :ownerId
    ON CONFLICT (id) DO UPDATE SET sequence = greatest(o.sequence, excluded.sequence);
    UPDATE @owners SET sequence = sequence + 1, log_start = sequence + 1 WHERE id = :ownerId;
    v_ended := ARRAY(SELECT id FROM @generations WHERE id = ANY (v_batch) AND finished_at IS NOT NULL);
    -- Their operations may contain the prompt. A worker removes the items of known models when it has canceled the jobs.
    IF :models IS NOT NULL THEN
      DELETE FROM @outbox WHERE topic = 'cancel_job' AND generation_id = ANY (v_ended)
        AND model <> ALL (${listOf(":models")});
    END IF;
    ${enqueuePrefixDeletion("id = ANY (v_ended) AND deleted_at IS NULL", { at: "v_now" })};
    ${purgeResultsOf("v_ended").join(";\n    ")};
    -- An erased owner keeps no hash, also of generations that were deleted before.
    DELETE FROM @deleted_outputs WHERE generation_id = ANY (v_batch);
    -- Keys of transferred generations stay until they expire: a late repeat would be paid for again.
    DELETE FROM @submissions WHERE owner_id = :ownerId AND generation_id = ANY (v_batch);
    UPDATE @generations SET owner_id = :pseudonym, deleted_at = coalesce(deleted_at, v_now), input = NULL, metadata = NULL,
      scope = NULL, notice_claim = NULL, parsed_input = CASE WHEN finished_at IS NULL THEN parsed_input END,
      version = version + 1
    WHERE id = ANY (v_batch);`;

/**
 * The host's keys and reasons may name the owner in any form, so they are replaced completely. Safelight's own keys and
 * reasons stay: the audit parses them.
 */
const eraseAccount = `
    UPDATE @generations SET account_id = (CASE account_id WHEN :ownerId THEN :pseudonym ELSE account_id END),
      refund_account_id = (CASE refund_account_id WHEN :ownerId THEN :pseudonym ELSE refund_account_id END)
    WHERE id = ANY (v_paid);
    INSERT INTO @erased_entry_keys (key_hash, kind, amount, expires_at)
    SELECT key_hash, kind, amount, v_now + ${hostKeyRetentionMs} FROM @ledger_entries
    WHERE account_id = :ownerId AND key_hash IS NOT NULL
    ON CONFLICT (key_hash) DO NOTHING;
    UPDATE @ledger_entries l SET account_id = :pseudonym, key_hash = NULL,
      key = CASE WHEN ${isHostEntry} THEN 'erased:' || l.id ELSE l.key END,
      reason = CASE WHEN ${isHostEntry} THEN NULL ELSE l.reason END
    WHERE l.account_id = :ownerId;
    -- Operators moved credits of this account under its id.
    UPDATE @operator_actions SET subject = :pseudonym WHERE subject = :ownerId;
    UPDATE @accounts SET id = :pseudonym WHERE id = :ownerId;`;

/**
 * Erases some generations of an owner, and all other rows once none is left. One commit erases the ledger, so that it
 * adds up after each commit. A repeat continues the erasure.
 *
 * Locks: the names of owner and pseudonym, the uploads of the owner, both owners; with the last generation also the start
 * of new owners and the account; the generations of the owner and of the account, the uploads, the positions of erasures.
 * While an owner is locked, none of its generations ends and none is added. No upload is added while the owner of uploads is
 * locked.
 */
export const eraseOwner = defineCommand<ErasedRow & { readonly team_ids: readonly string[] }>({
  name: "erase_owner",
  parameters: {
    ...timeParameters,
    ownerId: "text",
    pseudonym: "text",
    limit: "bigint",
    models: "text",
    ownerMarks: "text",
  },
  uses: [lockNames],
  declare: `
  v_now bigint; v_batch text[]; v_ended text[]; v_paid text[] := '{}'; v_inputs text[]; v_owner_marks text[]; v_last boolean;
  v_start bigint; v_erases_account boolean := false;`,
  body: `
  v_owner_marks := ${listOf(":ownerMarks")};
  PERFORM @${lockNames.name}(:ownerId, :pseudonym);
  ${lockUploads};
  PERFORM 1 FROM @owners WHERE id IN (:ownerId, :pseudonym) ORDER BY id FOR NO KEY UPDATE;
  -- An active generation must have a cancel request, so that it will end.
  v_batch := ARRAY(SELECT id FROM @generations
    WHERE owner_id = :ownerId AND (finished_at IS NOT NULL OR cancel_requested_at IS NOT NULL)
    ORDER BY sequence LIMIT :limit);
  v_last := ${isLast};
  IF v_last THEN
    -- Beyond the last sequence, which rises by one with this batch.
    SELECT sequence + 1 + least(cardinality(v_batch), 1) INTO v_start FROM @owners WHERE id = :ownerId;
    IF v_start > ${ownerStart} THEN ${lockOwnerStart}; END IF;
    PERFORM 1 FROM @accounts WHERE id IN (:ownerId, :pseudonym) ORDER BY id FOR NO KEY UPDATE;
    v_erases_account := ${mayEraseAccount};
  END IF;
  IF v_erases_account THEN
    v_paid := ARRAY(
      SELECT generation_id FROM @ledger_entries WHERE account_id = :ownerId AND generation_id IS NOT NULL
      UNION
      SELECT id FROM @generations WHERE refund_account_id = :ownerId);
  END IF;
  PERFORM 1 FROM @generations WHERE id = ANY (v_batch || v_paid) ORDER BY id FOR NO KEY UPDATE;
  v_inputs := ARRAY(SELECT id FROM @inputs WHERE owner_id = :ownerId ORDER BY id LIMIT :limit FOR UPDATE);
  IF cardinality(v_owner_marks) > 0 THEN ${lockErasures}; END IF;
  v_now := ${nowInFunction};

  IF cardinality(v_owner_marks) > 0 THEN ${recordErasure}
  END IF;
  IF cardinality(v_batch) > 0 THEN ${eraseGenerations}
  END IF;
  -- Includes uploads of active generations: the worker finds them missing, and ends the generation.
  ${deleteInputs("id = ANY (v_inputs)")};
  IF v_erases_account THEN ${eraseAccount}
  END IF;
  IF v_last THEN
    INSERT INTO @settings AS s (name, value) SELECT 'owner_start', v_start::text WHERE v_start > ${ownerStart}
    ON CONFLICT (name) DO UPDATE SET value = excluded.value;
    DELETE FROM @owners WHERE id = :ownerId;
  END IF;
  RETURN json_build_object(
    'is_erased', (v_last AND NOT EXISTS (SELECT 1 FROM @accounts WHERE id = :ownerId AND shared = 0))::int,
    'generation_id', (SELECT id FROM @generations WHERE owner_id = :pseudonym ORDER BY sequence DESC LIMIT 1),
    'team_ids', (SELECT coalesce(json_agg(DISTINCT team_id), '[]') FROM @generations WHERE id = ANY (v_batch) AND team_id IS NOT NULL));`,
});
