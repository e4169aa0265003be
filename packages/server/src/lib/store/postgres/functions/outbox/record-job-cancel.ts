import { defineCommand } from "../../text/define-function.js";

/** A final result stays: the response to a later cancel (`too_late`) shows only that the job has ended. Locks: the attempt. */
export const recordJobCancel = defineCommand<null>({
  name: "record_job_cancel",
  parameters: { generationId: "text", attempt: "bigint", result: "text" },
  body: `
  UPDATE @attempts SET job_cancel = :result WHERE generation_id = :generationId AND number = :attempt
    AND coalesce(job_cancel, '') NOT IN ('canceled', 'too_late', 'absent', :result);
  RETURN NULL;`,
});
