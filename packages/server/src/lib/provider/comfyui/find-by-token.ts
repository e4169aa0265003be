import type { LookupOutcome } from "../../ports/provider.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import type { ComfyuiServer } from "./comfyui-server.js";
import { askForList, findJob, readQueue, toItems } from "./find-job.js";
import { promptIdOf } from "./prompt-id.js";

/** How far back the history of an old server is searched. */
const searchedJobs = 100;

/**
 * Looks for a job whose reply was lost, by the id that it was sent with. Never `absent`: the server forgets its queue and
 * its history when it restarts, whoever uses it may delete from both, and a request that is on its way may still arrive.
 */
export async function findByToken(server: ComfyuiServer, token: string, signal: AbortSignal): Promise<LookupOutcome> {
  const id = await promptIdOf(token);
  const job = await findJob(server, id, signal);
  if (job.state !== "absent") return { type: "found", operation: { id } };
  const minted = job.isOldServer ? await findMintedId(server, id, signal) : null;
  return minted === null ? { type: "unknown" } : { type: "found", operation: { id: minted } };
}

/** The oldest servers give a job an id of their own, and keep the id of the client beside it, which is ours. */
async function findMintedId(server: ComfyuiServer, clientId: string, signal: AbortSignal): Promise<string | null> {
  const { pending, running } = await readQueue(server, { signal });
  const history = fieldsOf(jsonOf(await askForList(server, `/history?max_items=${searchedJobs}`, { signal })));
  const ended = toItems(Object.values(history).map((entry) => fieldsOf(entry).prompt));
  return [...running, ...pending, ...ended].find((item) => item.clientId === clientId)?.id ?? null;
}
