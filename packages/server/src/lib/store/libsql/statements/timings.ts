/** Max total count of a series. Above it, all its counts are halved, so that newer ones weigh more. */
const maxSeriesCount = 512;

/** Adds counts to their buckets. Lost or duplicated counts only shift an estimate slightly. */
export const addTimingsStatements: readonly string[] = [
  `INSERT INTO safelight_timings (provider_id, model, size, bucket, count)
   SELECT value ->> 'providerId', value ->> 'model', value ->> 'size', value ->> 'bucket', value ->> 'count'
   FROM json_each(:timings) WHERE true
   ON CONFLICT (model, provider_id, size, bucket) DO UPDATE SET count = count + excluded.count`,

  `UPDATE safelight_timings SET count = count / 2
   WHERE (model, provider_id, size) IN (
     SELECT t.model, t.provider_id, t.size FROM json_each(:timings) added
     JOIN safelight_timings t ON t.model = added.value ->> 'model' AND t.provider_id = added.value ->> 'providerId'
       AND t.size = added.value ->> 'size'
     GROUP BY t.model, t.provider_id, t.size HAVING sum(t.count) > ${maxSeriesCount}
   )`,

  `DELETE FROM safelight_timings WHERE count = 0 AND (model, provider_id, size) IN (
     SELECT value ->> 'model', value ->> 'providerId', value ->> 'size' FROM json_each(:timings))`,
  "SELECT 1",
];
