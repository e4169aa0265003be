import type { Generation } from "@safelight/client/contract";
import { activeDataOf } from "../connection/active-data-of.js";
import type { Live } from "../connection/live-interface.js";
import type { SubmissionTarget } from "./pending-submissions.js";

/** The newest active generation of a model and scope in the cache. */
export function newestActive(live: Live, { model, scope }: SubmissionTarget): Generation | undefined {
  return activeDataOf(live)?.generations.find(
    (generation) => generation.model === model && generation.scope === (scope ?? null),
  );
}
