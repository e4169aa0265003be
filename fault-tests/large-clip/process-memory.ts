import { readFile } from "node:fs/promises";

/** Resident memory of a process, in bytes. */
export interface ProcessMemory {
  readonly now: number;
  readonly peak: number;
}

/** Reads the memory of a process. Linux only. */
export async function readMemory(pid: number): Promise<ProcessMemory> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const bytesOf = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) * 1_024;
  return { now: bytesOf("VmRSS"), peak: bytesOf("VmHWM") };
}
