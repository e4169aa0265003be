import type { Parameters } from "./parameters.js";

export const attemptParameters = {
  attemptState: "text",
  attemptFailure: "text",
  costs: "text",
} as const satisfies Parameters;

/** Writes the new state of the latest attempt of `v_gen`, unless `:attemptState` is null. The first end stays. */
export const updateAttemptState = `IF :attemptState IS NOT NULL THEN
    UPDATE @attempts SET state = :attemptState, failure = :attemptFailure, costs = coalesce(:costs, costs),
      unknown_at = CASE WHEN :attemptState = 'unknown' THEN coalesce(unknown_at, v_now) ELSE unknown_at END,
      ended_at = CASE WHEN :attemptState IN ('unknown', 'accepted') THEN NULL ELSE coalesce(ended_at, v_now) END
    WHERE generation_id = :id AND number = v_gen.attempts;
  END IF`;

/**
 * The code of the failure of an attempt `a`; NULL without one. The failure of an attempt that is done lists missing outputs: the
 * attempt did not fail. Not decoded as JSON: the message of the same failure may have an escape that Postgres refuses.
 */
export const failureCode = `CASE WHEN a.state <> 'done' THEN substring(a.failure FROM '[{,]"code":"([a-z_]+)"') END`;
