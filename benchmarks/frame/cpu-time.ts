import { readdirSync, readFileSync } from "node:fs";

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
  const parent = fieldsOf(Number(name))?.[1];
  return parent === undefined ? [] : [[Number(name), Number(parent)]];
}

/** User and system time, its own and that of the children that it has waited for. */
function ticksOf(pid: number): number {
  const fields = fieldsOf(pid) ?? [];
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

/** Of `/proc/<pid>/stat`, from the state on: the name before it may hold spaces. `null` when the process has ended. */
function fieldsOf(pid: number): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}
