import type { WorkerVerdict } from "../../ports/store/store-commands.js";

/** @param row the owner of the generation if the command took effect, now or when it was first sent. */
export function toWorkerVerdict(row: { readonly owner_id: string } | undefined): WorkerVerdict {
  return row === undefined ? { type: "lost" } : { type: "applied", ownerId: row.owner_id };
}
