import type { AttemptCount, AttemptTimes, VendorReading } from "../../../ports/store/operator-counts.js";
import { failureCode } from "../text/attempt-state.js";
import { defineRead } from "../text/define-read.js";
import { nowInRead, timeParameters } from "../text/time.js";

/** The newest generations of a span of time, up to a limit. */
const newest = "SELECT i.id, i.started_at FROM @generations i WHERE i.id >= :from ORDER BY i.id DESC LIMIT :scanLimit";

/** `OFFSET 0` keeps the subquery: otherwise the planner may read all attempts instead of those of each generation. */
const attempts = `(${newest}) g CROSS JOIN LATERAL (
      SELECT * FROM @attempts i WHERE i.generation_id = g.id OFFSET 0) a`;

/**
 * Durations from the request to the acceptance or the end. A blocking provider accepts with the
 * intent, so that duration is 0. A generation starts with the acceptance of its latest attempt.
 */
const durations = `SELECT a.provider_id AS "providerId", 'done' AS until, a.ended_at - a.started_at AS ms
      FROM ${attempts} WHERE a.state = 'done' AND a.ended_at >= a.started_at
      UNION ALL
      SELECT a.provider_id, 'accepted', g.started_at - a.started_at FROM ${attempts}
      WHERE g.started_at > a.started_at AND coalesce((SELECT later.started_at FROM @attempts later
        WHERE later.generation_id = a.generation_id AND later.number = a.number + 1), g.started_at) >= g.started_at`;

/**
 * Whether a hook of the host caused the failure of an attempt `a`: the vendor has delivered. No message can contain this text, because its
 * quotes are escaped.
 */
const isByHost = `coalesce(strpos(a.failure, '"causedBy":'), 0) > 0`;

/** The costs of an attempt `a` as a JSON list; NULL with a `\u` escape, some of which Postgres cannot decode. */
const readableCosts = String.raw`(CASE WHEN strpos(a.costs, '\u') = 0 THEN a.costs END)::json`;

export const readVendors = defineRead<{
  readonly counts: AttemptCount;
  readonly times: AttemptTimes;
  readonly costs: VendorReading["costs"][number];
  readonly scan: Pick<VendorReading, "counted" | "now">;
}>({
  name: "operator_vendors",
  parameters: { ...timeParameters, from: "text", scanLimit: "bigint" },
  parts: {
    counts: `SELECT a.provider_id AS "providerId", CASE WHEN ${isByHost} THEN 'done' ELSE a.state END AS state,
        CASE WHEN NOT ${isByHost} THEN ${failureCode} END AS "failureCode", count(*) AS count,
        count(a.unknown_at) AS unknown, max(coalesce(a.ended_at, a.unknown_at, a.started_at)) AS "lastAt",
        max(a.generation_id) AS "generationId"
      FROM ${attempts} GROUP BY 1, 2, 3`,
    times: `SELECT "providerId", until, min(ms) FILTER (WHERE place * 100 >= size * 50) AS "p50Ms",
        min(ms) FILTER (WHERE place * 100 >= size * 95) AS "p95Ms"
      FROM (SELECT "providerId", until, ms, row_number() OVER (PARTITION BY "providerId", until ORDER BY ms) AS place,
          count(*) OVER (PARTITION BY "providerId", until) AS size FROM (${durations}) d) ranked
      GROUP BY 1, 2`,
    costs: `SELECT a.provider_id AS "providerId", cost.value ->> 'unit' AS unit,
        sum((cost.value ->> 'amount')::numeric)::float8 AS amount
      FROM ${attempts} CROSS JOIN LATERAL json_array_elements(${readableCosts}) cost GROUP BY 1, 2`,
    scan: `SELECT count(*) AS counted, ${nowInRead} AS now FROM (${newest}) found`,
  },
});
