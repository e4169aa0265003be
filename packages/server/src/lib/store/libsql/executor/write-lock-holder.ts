import { readFileSync, statSync } from "node:fs";
import { pid } from "node:process";

/** The byte of the `-shm` file that a writer locks. @see https://sqlite.org/walformat.html, section 2.3, 2026-11 */
const writeLockByte = 120;

/**
 * Whether a connection of this process holds the write lock of a database. `null` except on Linux: only Linux lists the
 * holders of locks.
 */
export function isLockedByThisProcess(path: string): boolean | null {
  try {
    const { ino } = statSync(`${path}-shm`);
    return holdsWriteLock(readFileSync("/proc/locks", "utf8"), { pid, inode: ino });
  } catch {
    return null;
  }
}

/**
 * @param locks the text of `/proc/locks`: number, kind, mode, access, process, `device:inode`, first byte, last byte.
 */
export function holdsWriteLock(locks: string, holder: { readonly pid: number; readonly inode: number }): boolean {
  return locks.split("\n").some((line) => {
    const [, , , access, process, file = "", first, last] = line.trim().split(/\s+/);
    if (access !== "WRITE" || Number(process) !== holder.pid) return false;
    if (file.slice(file.lastIndexOf(":") + 1) !== String(holder.inode)) return false;
    return Number(first) <= writeLockByte && (last === "EOF" || Number(last) >= writeLockByte);
  });
}
