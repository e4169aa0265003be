import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { kill, platform } from "node:process";
import { sha256Hex } from "../../bytes/sha256-hex.js";

/**
 * Identifies the scope of process ids: this boot of the machine and, on Linux, this PID namespace. Containers that
 * share a folder have other namespaces, in which the same id is another process.
 *
 * @returns `null` if it cannot be determined.
 */
export async function processNamespaceId(): Promise<string | null> {
  try {
    const parts = platform === "linux" ? await namespaceOnLinux() : [platform, hostname()];
    return (await sha256Hex(new TextEncoder().encode(parts.join("\n")))).slice(0, 16);
  } catch {
    return null;
  }
}

function namespaceOnLinux(): Promise<string[]> {
  return Promise.all([readFile("/proc/sys/kernel/random/boot_id", "utf8"), readlink("/proc/self/ns/pid")]);
}

/** Whether no process has this id. A process that may not be signaled is alive. */
export function isDead(pid: number): boolean {
  try {
    kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
