import { readFile, writeFile } from "node:fs/promises";

/** Resident memory of a process, in bytes. */
export interface ProcessMemory {
  readonly now: number;
  /** The highest since the start, or the last `resetPeak`: the kernel counts every page, without samples. */
  readonly peak: number;
}

/** Reads the memory of a process. Linux only. */
export async function readMemory(pid: number): Promise<ProcessMemory> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const bytesOf = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) * 1_024;
  return { now: bytesOf("VmRSS"), peak: bytesOf("VmHWM") };
}

/** Sets the peak of a process to its present memory. Linux only. */
async function resetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, "5");
}

/** A process to measure, which was started with `report-buffers.ts`. */
export interface MeasuredProcess {
  readonly pid: number;
  /** Max bytes of its array buffers so far, garbage included, in samples of 50 ms. */
  maxBufferBytes(): number;
}

const mebibyte = 1_048_576;

/** How much memory a process took for some work, above its level before. */
export async function memoryOf(
  { maxBufferBytes, pid }: MeasuredProcess,
  work: () => Promise<unknown>,
): Promise<{ readonly grownBytes: number; readonly text: string }> {
  const { now } = await readMemory(pid);
  await resetPeak(pid);
  await work();
  const grownBytes = (await readMemory(pid)).peak - now;
  const [grown, level, buffers] = [grownBytes, now, maxBufferBytes()].map((bytes) => (bytes / mebibyte).toFixed(1));
  return { grownBytes, text: `${grown} MiB above ${level} (array buffers at most ${buffers})` };
}
