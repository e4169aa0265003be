import type { SupervisedProcess } from "../../examples/demo/cluster/supervised-process.ts";
import type { Cluster } from "../../examples/studio/local/start-cluster.ts";
import type { SmallVolume } from "../../packages/server/testing/volumes/small-volume.js";
import { pause } from "../cluster/pause.js";
import type { StudioVendor } from "./studio-vendor.js";

/** Load between two disturbances, in milliseconds. */
const loadMs = 6_000;
/** Length of an outage of the vendor, and of a full disk, in milliseconds. */
const outageMs = 20_000;
const pollMs = 20;

interface DisturbanceParts {
  readonly cluster: Cluster;
  readonly vendor: StudioVendor;
  /** The volume of the media; `null` if mounts are not permitted. */
  readonly volume: SmallVolume | null;
  /** Program of the next release. */
  readonly nextScript: string;
  /** Returns a number from 0 to below 1. */
  readonly random: () => number;
  readonly onEvent: (line: string) => void;
}

/** Kills, outages, full disks and deploys, one after another, until a time. */
export class Disturbances {
  /** Number of each disturbance, by name. */
  readonly counts = new Map<string, number>();
  readonly #parts: DisturbanceParts;
  #isNext = false;
  #started = 0;

  constructor(parts: DisturbanceParts) {
    this.#parts = parts;
  }

  /** Runs whole rounds until `isOver`, at least one. */
  async run(isOver: () => boolean): Promise<void> {
    do {
      for (const role of this.#shuffle(["postgres", "web", "worker", "web", "worker"])) {
        await pause(loadMs);
        await this.#kill(role);
      }
      await pause(loadMs);
      await this.#outage();
      await pause(loadMs);
      await this.#fullDisk();
      await pause(loadMs);
      await this.#deploy();
    } while (!isOver());
    await pause(loadMs);
  }

  /** With SIGKILL. Resolves when another process is ready in its place. */
  async #kill(role: string): Promise<void> {
    const candidates = this.#parts.cluster.processes.filter(({ name }) => name.startsWith(role));
    const killed = this.#shuffle(candidates)[0];
    const pid = killed?.pid ?? null;
    if (killed === undefined || pid === null) throw new Error(`No ${role} runs.`);
    const startedAt = performance.now();
    process.kill(pid, "SIGKILL");
    while (killed.pid === pid || killed.readyOutput === null) await pause(pollMs);
    this.#count(`kill of a ${role} process`, `${killed.name} ready after ${secondsSince(startedAt)} s`);
  }

  /** The vendor refuses requests, then responds with 503, and a worker is killed in between. */
  async #outage(): Promise<void> {
    const { vendor } = this.#parts;
    vendor.outage = "busy";
    await pause(outageMs / 2);
    await this.#kill("worker");
    vendor.outage = "down";
    await pause(outageMs / 2);
    vendor.outage = "none";
    this.#count("outage of the vendor", `${vendor.refused} requests were refused in all outages`);
  }

  /** The volume of the media has no room for a file, and a web process is killed during that time. */
  async #fullDisk(): Promise<void> {
    const { cluster, volume } = this.#parts;
    if (volume === null) return;
    // A worker may take the last bytes first.
    await volume.fill(0).catch((error: unknown) => {
      if (!String(error).includes("ENOSPC")) throw error;
    });
    await pause(outageMs / 2);
    await this.#kill("web");
    await pause(outageMs / 2);
    const { status } = await fetch(`${cluster.url}/api/generations/health`);
    await volume.free();
    if (status !== 503) throw new Error(`The disk was full, and the health was ${status}.`);
    this.#count("full disk", "has room again");
  }

  /** Each process is replaced by one of the other release: the first time with a migration, then back, and so on. */
  async #deploy(): Promise<void> {
    const { cluster, nextScript } = this.#parts;
    const startedAt = performance.now();
    this.#isNext = !this.#isNext;
    const old: readonly SupervisedProcess[] = cluster.processes.filter(({ name }) => name !== "postgres");
    for (const retired of old) {
      const role = retired.name.startsWith("web") ? "web" : "worker";
      this.#started += 1;
      const name = `${role} ${this.#isNext ? "next" : "back"} ${this.#started}`;
      await cluster.start({ name, role, ...(this.#isNext && { script: nextScript }) });
      await cluster.retire(retired);
    }
    const title = this.#isNext ? "rolling deploy of the next release" : "rolling deploy back";
    this.#count(title, `${old.length} processes in ${secondsSince(startedAt)} s`);
  }

  #count(name: string, detail: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    this.#parts.onEvent(`${name}: ${detail}`);
  }

  #shuffle<T>(values: readonly T[]): readonly T[] {
    return values
      .map((value) => ({ value, rank: this.#parts.random() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ value }) => value);
  }
}

function secondsSince(startedAt: number): string {
  return ((performance.now() - startedAt) / 1_000).toFixed(1);
}
