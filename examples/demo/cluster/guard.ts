import { rmSync } from "node:fs";
import { isGuardOrder } from "./guard-order.ts";

// Outlives a killed cluster, ends its processes and deletes its temporary files. The cluster sends the ids.
let pids: readonly number[] = [];
let folder: string | null = null;

process.on("message", (message) => {
  if (isGuardOrder(message)) ({ pids, folder } = message);
});
process.once("disconnect", () => {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has already exited.
    }
  }
  // The processes of Postgres end after their parent, and may still write.
  if (folder !== null) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});
