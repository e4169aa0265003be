import { defineHelper } from "../../text/define-function.js";
import { isTooFar } from "../../text/due.js";
import { elementsOf, listOf } from "../../text/list-of.js";
import { closedUntil, countAbandoned, givenLimits, rateTat, unlimited } from "../../text/queue/gates.js";
import { isBeforeAttempt, isInFlight } from "../../text/queue/waiting.js";
import { nowInFunction } from "../../text/time.js";

/** A candidate `candidate` that would start an attempt. The end of one that is overdue needs no capacity. */
const isStarting = `candidate.${isBeforeAttempt} AND (candidate.due_at <= v_now OR ${isTooFar("v_now")}) AND candidate.deadline_at > v_now`;

/** Candidates with an expired lease hold no capacity: they enter again. */
const inFlight = `(SELECT count(*) FROM (
      SELECT 1 FROM @generations candidate WHERE candidate.gate = given.key AND ${isInFlight}
        AND NOT (${isStarting} AND candidate.id = ANY (${elementsOf("v_ids")}))
      LIMIT :maxConcurrency) counted)`;

/**
 * The candidates of a claim whose gate has capacity for them, in their order: id, space and gate of each. A candidate without
 * a given limit is missing.
 *
 * Locks: the gates of the candidates, by key.
 */
export const admit = defineHelper({
  name: "admit",
  parameters: { ids: "text", limits: "text", maxConcurrency: "bigint", now: "bigint", aheadMs: "bigint" },
  returns: "text[]",
  declare: "v_now bigint; v_ids text[]; v_keys text[];",
  body: `
  v_ids := ${listOf(":ids")};
  v_keys := ARRAY(SELECT DISTINCT g.gate FROM @generations g JOIN ${givenLimits} ON given.key = g.gate
    WHERE g.id = ANY (${elementsOf("v_ids")}) AND g.${isBeforeAttempt} ORDER BY 1);
  IF cardinality(v_keys) = 0 THEN RETURN v_keys; END IF;
  INSERT INTO @gates (key, closed_until, rate_tat) SELECT k, 0, 0 FROM unnest(v_keys) k ON CONFLICT (key) DO NOTHING;
  PERFORM 1 FROM @gates WHERE key = ANY (${elementsOf("v_keys")}) ORDER BY key FOR NO KEY UPDATE;
  v_now := ${nowInFunction};
  RETURN ARRAY(
    SELECT entering.id || ' ' || entering.gate FROM (
      SELECT candidate.id, candidate.gate, row_number() OVER (PARTITION BY candidate.gate ORDER BY chosen.place) AS place
      FROM unnest(v_ids) WITH ORDINALITY chosen (id, place) JOIN @generations candidate ON candidate.id = chosen.id
      WHERE candidate.gate = ANY (${elementsOf("v_keys")}) AND ${isStarting}
    ) entering JOIN (
      SELECT given.key, least(
        CASE WHEN ${closedUntil("v_now")} > v_now THEN 0 END,
        CASE WHEN given."intervalMs" IS NOT NULL
          THEN floor((v_now - ${rateTat}) / given."intervalMs" + given.burst + 0.000001) END,
        CASE WHEN given.concurrency IS NOT NULL THEN given.concurrency - ${inFlight} - ${countAbandoned("given.key", "v_now")} END,
        ${unlimited}) AS capacity
      FROM ${givenLimits} LEFT JOIN @gates gates ON gates.key = given.key WHERE given.key = ANY (${elementsOf("v_keys")})
    ) capacities ON capacities.key = entering.gate WHERE entering.place <= capacities.capacity);`,
});
