import { readdirSync, readFileSync } from "node:fs";
import { parseStat, type Stat } from "./parse-stat.ts";

const ticksPerSecond = 100;

/**
 * Seconds of processor time that a process and those that it started have taken so far, with those that have ended.
 *
 * @returns `NaN` where there is no `/proc`.
 */
export function cpuSeconds(pid: number): number {
  try {
    const parents = new Map(readdirSync("/proc").filter(isNumber).flatMap(parentOf));
    const family = new Set([pid]);
    // A child has a higher number than its parent only as a rule: asked again until nobody is found any more.
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

/** `null` when the process has ended. */
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
