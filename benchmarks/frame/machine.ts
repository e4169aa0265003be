import { cpus, release, totalmem, type } from "node:os";

/** `"2 × AMD EPYC, 24 GiB, Linux 6.1, Node 24.21.0"`. */
export function describeMachine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${first?.model.trim() ?? "unknown"}, ${memory} GiB, ${type()} ${release()}, Node ${process.versions.node}`;
}
