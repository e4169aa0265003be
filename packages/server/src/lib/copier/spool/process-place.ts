import { createHash } from "node:crypto";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { kill, platform } from "node:process";

/**
 * Where the numbers of processes mean what they mean here: a name for this running machine and, on Linux, for this namespace
 * of its processes. Containers that share a folder have other namespaces, in which the same number is another process.
 *
 * @returns `null` where there is no telling.
 */
export async function processPlace(): Promise<string | null> {
  try {
    const words = platform === "linux" ? await placeOnLinux() : [platform, hostname()];
    return createHash("sha256").update(words.join("\n")).digest("hex").slice(0, 16);
  } catch {
    return null;
  }
}

function placeOnLinux(): Promise<string[]> {
  return Promise.all([readFile("/proc/sys/kernel/random/boot_id", "utf8"), readlink("/proc/self/ns/pid")]);
}

/** Whether there is no process of this number here. One that may not be asked is there. */
export function isDead(pid: number): boolean {
  try {
    kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
