import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { MortalHost } from "./mortal-host.ts";

/** What a host held at one moment. */
export interface Sample {
  readonly life: number;
  /** Seconds since the host has answered for the first time. */
  readonly age: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly files: number;
}

/** Takes a sample of whichever host lives every second, until it is told to stop. */
export async function takeSamples(host: MortalHost, signal: AbortSignal): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  while (!signal.aborted) {
    await pause(1_000);
    const { age, child, lives } = host;
    if (child === null) continue;
    // One that was killed meanwhile never answers.
    const heapBytes = await Promise.race([child.ask<number>("heapBytes").catch(() => null), pause(1_000, null)]);
    const held = holdingsOf(child.pid);
    if (heapBytes !== null && held !== null && host.child === child)
      samples.push({ life: lives, age, heapBytes, ...held });
  }
  return samples;
}

function holdingsOf(pid: number): Pick<Sample, "rssBytes" | "files"> | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return { rssBytes: Number(kilobytes) * 1_024, files: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return null;
  }
}
