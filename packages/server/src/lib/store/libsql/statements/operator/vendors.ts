import type { AttemptCount, AttemptTimes, VendorReading } from "../../../../ports/store/operator-counts.js";
import { failureCode } from "../../guards/attempt-state.js";
import { now } from "../../guards/guards.js";
import { typed } from "../../rows/typed-statement.js";

/** The newest generations of a span of time, up to a limit. */
const newest = "SELECT id FROM safelight_generations WHERE id >= :from ORDER BY id DESC LIMIT :scanLimit";

/** `CROSS JOIN` fixes the order, so that the attempts are found by the key of their generation. */
const attempts = `(${newest}) found CROSS JOIN safelight_attempts a ON a.generation_id = found.id`;

/**
 * Whether a hook of the host caused the failure of an attempt `a`: the vendor has delivered. No message can contain this text, because its
 * quotes are escaped.
 */
const isByHost = `coalesce(instr(a.failure, '"causedBy":'), 0) > 0`;

export const countAttemptsStatement = typed<AttemptCount>(
  `SELECT a.provider_id AS providerId, iif(${isByHost}, 'done', a.state) AS state,
     iif(${isByHost}, NULL, ${failureCode}) AS failureCode,
     count(*) AS count, count(a.unknown_at) AS unknown, max(coalesce(a.ended_at, a.unknown_at, a.started_at)) AS lastAt,
     max(a.generation_id) AS generationId
   FROM ${attempts} GROUP BY 1, 2, 3`,
);

/**
 * Durations from the request to the acceptance or the end. A blocking provider accepts with the
 * intent, so that duration is 0. A generation starts with the acceptance of its latest attempt.
 */
const durations = `SELECT a.provider_id AS providerId, 'done' AS until, a.ended_at - a.started_at AS ms
     FROM ${attempts} WHERE a.state = 'done' AND a.ended_at >= a.started_at
     UNION ALL
     SELECT a.provider_id, 'accepted', g.started_at - a.started_at
     FROM ${attempts} CROSS JOIN safelight_generations g ON g.id = a.generation_id
     WHERE g.started_at > a.started_at AND NOT EXISTS (SELECT 1 FROM safelight_attempts later
       WHERE later.generation_id = a.generation_id AND later.number = a.number + 1 AND later.started_at < g.started_at)`;

/** Percentiles by nearest rank. */
export const timeAttemptsStatement = typed<AttemptTimes>(
  `SELECT providerId, until, min(ms) FILTER (WHERE place * 100 >= size * 50) AS p50Ms,
     min(ms) FILTER (WHERE place * 100 >= size * 95) AS p95Ms
   FROM (SELECT providerId, until, ms, row_number() OVER (PARTITION BY providerId, until ORDER BY ms) AS place,
       count(*) OVER (PARTITION BY providerId, until) AS size FROM (${durations}))
   GROUP BY 1, 2`,
);

export const sumCostsStatement = typed<VendorReading["costs"][number]>(
  `SELECT a.provider_id AS providerId, cost.value ->> 'unit' AS unit, sum(cost.value ->> 'amount') AS amount
   FROM ${attempts} CROSS JOIN json_each(CASE WHEN json_valid(a.costs) AND instr(a.costs, char(92) || 'u') = 0
     THEN a.costs END) cost
   GROUP BY 1, 2`,
);

export const countNewestStatement = typed<Pick<VendorReading, "counted" | "now">>(
  `SELECT count(*) AS counted, ${now} AS now FROM (${newest})`,
);
