import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { RestartedHost } from "./restarted-host.ts";

/** Resources of a host at one moment. */
export interface Sample {
  readonly lifetime: number;
  /** Seconds since the host was ready. */
  readonly age: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly files: number;
}

/** Samples the current host every second until the signal aborts. */
export async function takeSamples(host: RestartedHost, signal: AbortSignal): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  while (!signal.aborted) {
    await pause(1_000);
    const { age, child, lifetimes } = host;
    if (child === null) continue;
    // A killed host does not respond.
    const heapBytes = await Promise.race([child.run<number>("heapBytes").catch(() => null), pause(1_000, null)]);
    const held = resourcesOf(child.pid);
    if (heapBytes !== null && held !== null && host.child === child)
      samples.push({ lifetime: lifetimes, age, heapBytes, ...held });
  }
  return samples;
}

function resourcesOf(pid: number): Pick<Sample, "rssBytes" | "files"> | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return { rssBytes: Number(kilobytes) * 1_024, files: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return null;
  }
}
