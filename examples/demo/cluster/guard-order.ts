/** The state of a cluster for its guard: the tasks after a crash of the cluster's main process. */
export interface GuardOrder {
  /** Processes to end. */
  readonly pids: readonly number[];
  /** Folder to delete; `null`: none. */
  readonly folder: string | null;
}

/** Checks a message between processes. */
export function isGuardOrder(message: unknown): message is GuardOrder {
  return typeof message === "object" && message !== null && "pids" in message && "folder" in message;
}
