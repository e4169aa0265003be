import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { canPin } from "./pin-to-core.ts";

/** `"on these 2 cores"`: where the server of a peer is pinned to none, so that a ratio beside it is one of all of them. */
export function onTheseCores(): string {
  const count = availableParallelism();
  return count === 1 ? "on this one core" : `on these ${count} cores`;
}

/** `"2 × AMD EPYC, 24 GiB, Linux 6.1, Node 24.21.0"`, and whether nothing was pinned to a core. */
export function describeMachine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const pinning = canPin() ? "" : ", no process pinned to a core (there is no `taskset`, or there are no two cores)";
  return `${cpus().length} × ${first?.model.trim() ?? "unknown"}, ${memory} GiB, ${type()} ${release()}, Node ${process.versions.node}${pinning}`;
}
