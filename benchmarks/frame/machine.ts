import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { canPin } from "./pin-to-core.ts";

/** `"on these 2 cores"`: a peer's server is not pinned, so a ratio to it applies to all cores. */
export function onTheseCores(): string {
  const count = availableParallelism();
  return count === 1 ? "on this one core" : `on these ${count} cores`;
}

/** `"2 × AMD EPYC, 24 GiB, Linux 6.1, Node 24.21.0"`, with a note when processes cannot be pinned. */
export function describeMachine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const pinning = canPin() ? "" : ", no process pinned to a core (no `taskset`, or fewer than two cores)";
  return `${cpus().length} × ${first?.model.trim() ?? "unknown"}, ${memory} GiB, ${type()} ${release()}, Node ${process.versions.node}${pinning}`;
}
