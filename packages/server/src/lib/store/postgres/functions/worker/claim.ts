import { statesBefore } from "../../../../generation/generation-state.js";
import type { ClaimedRow } from "../../../rows/claimed-row.js";
import { attemptColumns, generationColumns } from "../../reads/generation-columns.js";
import { defineCommand } from "../../text/define-function.js";
import { isTooFar, leaseEnd } from "../../text/due.js";
import { elementsOf, listOf } from "../../text/list-of.js";
import { quoted } from "../../text/literals.js";
import { givenLimits, rateTat } from "../../text/queue/gates.js";
import { isBeforeAttempt } from "../../text/queue/waiting.js";
import { confirmedTime, nowInFunction, timeParameters } from "../../text/time.js";
import { admit } from "./admit.js";

/**
 * In milliseconds. A creation time further in the future than this was written by a clock that was ahead. More than the
 * hour of a daylight saving error: a process that is behind by less must not move the deadlines of others.
 */
const maxAheadMs = 7_200_000;

/** How far ahead the clock was that submitted a generation, in milliseconds; 0 unless it was wrong. */
const submittedAhead = `(CASE WHEN created_at > v_now + ${maxAheadMs} THEN created_at - v_now ELSE 0 END)`;

/** The same for the times that count from the earliest start, which the owner's clock set. */
const startedAhead = `(greatest(created_at, not_before) - greatest(created_at - ${submittedAhead}, not_before))`;

/** Deletes a few expired rows, also those of owners who never return. Skips rows that another claim deletes. */
const deleteExpired = (table: string): string => `DELETE FROM @${table} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM @${table} WHERE expires_at <= v_confirmed ORDER BY expires_at LIMIT 4 FOR UPDATE SKIP LOCKED))`;

/**
 * Claims the candidates that are still due, except those that another command has locked. The epoch rises, so that a
 * previous holder loses its lease. A repeat also returns the leases that its token still holds. One that has expired may
 * be in another claim: the repeat claims it with the next epoch, or skips it. With limits, candidates whose gate has no
 * capacity stay, and wait at it. The gates are locked, so that two claims never share the same capacity.
 *
 * Locks: the gates of the candidates, then the generations. Skips locked generations.
 */
export const claim = defineCommand<readonly ClaimedRow[]>({
  name: "claim",
  parameters: {
    ...timeParameters,
    ids: "text",
    token: "text",
    leaseMs: "bigint",
    /** JSON; null for a worker without limits. */
    limits: "text",
    maxConcurrency: "bigint",
  },
  uses: [admit],
  declare:
    "v_now bigint; v_confirmed bigint; v_ids text[]; v_limited text[]; v_admitted text[]; v_has_claimed boolean;",
  body: `
  v_ids := ${listOf(":ids")};
  IF :limits IS NOT NULL THEN
    v_limited := ARRAY(SELECT given.key FROM ${givenLimits});
    v_admitted := @${admit.name}(:ids, :limits, :maxConcurrency, :now, :aheadMs);
  END IF;
  v_now := ${nowInFunction};
  WITH due AS MATERIALIZED (
    SELECT id FROM @generations WHERE id = ANY (${elementsOf("v_ids")}) AND (due_at <= v_now OR ${isTooFar("v_now")})
      AND (v_limited IS NULL OR gate IS NULL OR NOT (${isBeforeAttempt}) OR deadline_at <= v_now
        OR gate <> ALL (${elementsOf("v_limited")}) OR id || ' ' || gate = ANY (${elementsOf("v_admitted")}))
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE @generations SET epoch = epoch + 1, claim_token = :token, expired_leases = expired_leases + leased, leased = 1, woken = 0,
    touched_at = v_now, created_at = created_at - ${submittedAhead}, deadline_at = deadline_at - ${startedAhead},
    expires_at = expires_at - ${startedAhead}, started_deadline_at = started_deadline_at - ${startedAhead},
    started_at = CASE WHEN started_at > v_now + ${maxAheadMs} THEN v_now ELSE started_at END,
    due_at = ${leaseEnd},
    state = CASE WHEN state IN (${quoted(statesBefore("claim", "reconciling"))}) THEN 'reconciling' ELSE state END
  WHERE id IN (SELECT due.id FROM due);
  v_has_claimed := FOUND;
  IF v_limited IS NOT NULL AND v_has_claimed THEN
    -- Charges the starts to the rates of their gates, once for each token.
    UPDATE @gates gates SET rate_tat = ${rateTat} + started.number * given."intervalMs", command_token = :token
    FROM ${givenLimits} JOIN (
      SELECT g.gate, count(*) AS number FROM @generations g
      WHERE g.id = ANY (${elementsOf("v_ids")}) AND g.claim_token = :token AND g.leased = 1 AND g.${isBeforeAttempt}
        AND g.deadline_at > v_now GROUP BY g.gate
    ) started ON started.gate = given.key
    WHERE gates.key = given.key AND given."intervalMs" IS NOT NULL AND gates.command_token IS DISTINCT FROM :token;
  END IF;
  IF v_limited IS NOT NULL THEN
    -- A candidate whose gate has no capacity waits from now on, so that later reads skip it without reading its row.
    UPDATE @generations SET touched_at = v_now WHERE id = ANY (ARRAY(
      SELECT id FROM @generations WHERE id = ANY (${elementsOf("v_ids")}) AND gate IS NOT NULL AND ${isBeforeAttempt}
        AND leased = 0 AND due_at <= v_now AND due_at > touched_at ORDER BY id FOR NO KEY UPDATE SKIP LOCKED));
  END IF;
  IF v_has_claimed THEN
    -- The previous worker of a submitting generation crashed during the paid request, or before it read the response.
    UPDATE @attempts a SET state = 'unknown', unknown_at = v_now FROM @generations g
    WHERE g.id = ANY (${elementsOf("v_ids")}) AND g.claim_token = :token AND g.state = 'reconciling'
      AND a.generation_id = g.id AND a.number = g.attempts AND a.state = 'intent';
    -- Restarts the reconcile window now if a wrong clock wrote its start.
    UPDATE @attempts a SET started_at = least(a.started_at, v_now), unknown_at = CASE WHEN a.unknown_at IS NOT NULL THEN least(a.unknown_at, v_now) END
    FROM @generations g
    WHERE g.id = ANY (${elementsOf("v_ids")}) AND g.claim_token = :token AND a.generation_id = g.id AND a.number = g.attempts
      AND greatest(a.started_at, a.unknown_at) > v_now + ${maxAheadMs};
    v_confirmed := ${confirmedTime("v_now")};
    ${deleteExpired("submissions")};
    ${deleteExpired("erased_entry_keys")};
  END IF;
  -- The time is a subquery, too: an estimate for its value would cost another plan with each call.
  RETURN (SELECT json_agg(q) FROM (
    SELECT ${generationColumns}, g.parsed_input AS "parsedInput", ${attemptColumns}
    FROM @generations g LEFT JOIN @attempts a ON a.generation_id = g.id AND a.number = g.attempts
    WHERE g.id = ANY (${elementsOf("v_ids")}) AND g.claim_token = :token AND g.leased = 1 AND g.due_at > (SELECT v_now)
    ORDER BY g.id) q);`,
});
