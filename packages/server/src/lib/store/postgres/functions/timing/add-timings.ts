import { lockTimings } from "../../text/advisory-locks.js";
import { defineCommand } from "../../text/define-function.js";

/** Max total count of a series. Above it, all its counts are halved, so that newer ones weigh more. */
const maxSeriesCount = 512;

const added = `(SELECT v ->> 'model' AS model, v ->> 'providerId' AS provider_id, (v ->> 'size')::bigint AS size,
      (v ->> 'bucket')::bigint AS bucket, (v ->> 'count')::bigint AS count FROM json_array_elements(:timings::json) v)`;

/** The models limit the rows by the index, and the series decides. */
const ofAddedSeries = `t.model = ANY (v_models) AND (t.model, t.provider_id, t.size) IN (SELECT a.model, a.provider_id, a.size FROM ${added} a)`;

/**
 * Adds counts to their buckets. Lost or duplicated counts only shift an estimate slightly.
 *
 * Locks: all timings. Two commands would otherwise lock the buckets of a series in different orders.
 */
export const addTimings = defineCommand<null>({
  name: "add_timings",
  parameters: { timings: "text" },
  declare: "v_models text[];",
  body: `
  ${lockTimings};
  v_models := ARRAY(SELECT DISTINCT a.model FROM ${added} a);
  INSERT INTO @timings AS t (model, provider_id, size, bucket, count)
  SELECT a.model, a.provider_id, a.size, a.bucket, sum(a.count) FROM ${added} a
  GROUP BY a.model, a.provider_id, a.size, a.bucket
  ON CONFLICT (model, provider_id, size, bucket) DO UPDATE SET count = t.count + excluded.count;
  UPDATE @timings t SET count = t.count / 2 WHERE t.model = ANY (v_models) AND (t.model, t.provider_id, t.size) IN (
    SELECT t.model, t.provider_id, t.size FROM @timings t WHERE ${ofAddedSeries}
    GROUP BY t.model, t.provider_id, t.size HAVING sum(t.count) > ${maxSeriesCount});
  DELETE FROM @timings t WHERE t.count = 0 AND ${ofAddedSeries};
  RETURN NULL;`,
});
