import type { TimingCount } from "../../../ports/store/timing-counts.js";
import { defineRead } from "../text/define-read.js";
import { listOf } from "../text/list-of.js";

/** Of the models that a worker serves. */
export const readTimings = defineRead<{ readonly timings: TimingCount }>({
  name: "read_timings",
  parameters: { models: "text" },
  parts: {
    timings: `SELECT model, provider_id AS "providerId", size, bucket, count FROM @timings WHERE model = ANY (${listOf(":models")})`,
  },
});
