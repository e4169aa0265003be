import { asRecord } from "../../json/as-record.js";
import type { LookupOutcome } from "../../ports/provider.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { ComfyuiServer } from "./comfyui-server.js";
import { findJob, queryList, readQueue, toItems } from "./find-job.js";
import { promptIdOf } from "./prompt-id.js";

/** Number of history entries of an old server that are searched. */
const searchedJobs = 100;

/**
 * Finds a job after a lost response, by the id that it was sent with. Never returns `absent`: a restart clears the queue
 * and the history, any user of the server may delete entries, and a request in transit may still arrive.
 */
export async function findByToken(
  server: ComfyuiServer,
  { token, signal }: { readonly token: string; readonly signal: AbortSignal },
): Promise<LookupOutcome> {
  const id = await promptIdOf(token);
  const job = await findJob(server, { id, signal });
  if (job.state !== "absent") return { type: "found", operation: { id } };
  const assigned = job.isOldServer ? await findAssignedId(server, { clientId: id, signal }) : null;
  return assigned === null ? { type: "unknown" } : { type: "found", operation: { id: assigned } };
}

/** The oldest servers assign their own job ids, but store the client id, which is derived from the token. */
async function findAssignedId(
  server: ComfyuiServer,
  { clientId, signal }: { readonly clientId: string; readonly signal: AbortSignal },
): Promise<string | null> {
  const { pending, running } = await readQueue(server, { signal });
  const history = asRecord(
    jsonOf(await queryList(server, { path: `/history?max_items=${searchedJobs}`, init: { signal } })),
  );
  const ended = toItems(Object.values(history).map((entry) => asRecord(entry).prompt));
  return [...running, ...pending, ...ended].find((item) => item.clientId === clientId)?.id ?? null;
}
