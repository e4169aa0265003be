import { readdirSync, readFileSync } from "node:fs";
import { parseStat, type Stat } from "./parse-stat.ts";

const ticksPerSecond = 100;

/**
 * Processor time of a process and its descendants, including those that have exited, in seconds.
 *
 * @returns `NaN` without `/proc`.
 */
export function cpuSeconds(pid: number): number {
  try {
    const parents = new Map(readdirSync("/proc").filter(isNumber).flatMap(parentOf));
    const family = new Set([pid]);
    // A child may have a lower pid than its parent, so repeat until no process is added.
    for (let before = 0; before < family.size; ) {
      before = family.size;
      for (const [child, parent] of parents) if (family.has(parent)) family.add(child);
    }
    return [...family].reduce((sum, each) => sum + ticksOf(each), 0) / ticksPerSecond;
  } catch {
    return Number.NaN;
  }
}

function parentOf(name: string): [number, number][] {
  const stat = statOf(Number(name));
  return stat === null ? [] : [[Number(name), stat.parent]];
}

function ticksOf(pid: number): number {
  return statOf(pid)?.ticks ?? 0;
}

/** `null` when the process has exited. */
function statOf(pid: number): Stat | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return null;
  }
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}
