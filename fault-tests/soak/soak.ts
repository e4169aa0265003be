import { fork } from "node:child_process";
import { rm } from "node:fs/promises";
import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import { pause } from "../cluster/pause.js";
import { openGround } from "../ground/open-ground.js";
import type { Proof } from "../proof.js";
import { scratchFolder } from "../scratch-folder.js";
import { type Allowance, excess, type ResourceUsage } from "./resource-usage.js";
import { Visitor } from "./visitor.js";

const cycles = { short: 120, long: 10_000 };
/** Cycles before the first measurement, to fill caches and open connections. */
const warmUp = 100;
const atOnce = 8;
/** Idle keep-alive connections are closed within this time. */
const settlingMs = 6_000;
const settleTimeoutMs = 120_000;
/** Less than one leaked listener per cycle would hold. */
const allowance: Record<keyof typeof cycles, Allowance> = {
  short: { files: 4, timers: 4, heapBytes: 3_000_000 },
  long: { files: 4, timers: 4, heapBytes: 10_000_000 },
};

/** Opens and closes streams, long polls and generations thousands of times, and measures a process before and after. */
export const soak: Proof = {
  id: "I21",
  title: "streams, long polls and generations come and go; resources of one process (cycles)",
  proves: ["I21"],
  async run({ scale, ground: source, onProgress }) {
    const ground = await openGround(source);
    const folder = await scratchFolder();
    const script = await bundleScript(new URL("./soak-server.ts", import.meta.url));
    const child = fork(script.path, [ground.url, folder], {
      execArgv: ["--expose-gc"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const nextMessage = () => new Promise<unknown>((resolve) => child.once("message", resolve));
    const measure = (): Promise<ResourceUsage> => {
      const usage = nextMessage();
      child.send("measure");
      // Only our own script sends messages.
      return usage as Promise<ResourceUsage>;
    };
    try {
      const visitor = new Visitor(`http://127.0.0.1:${await nextMessage()}/api/generations`);
      const visit = async (from: number, to: number): Promise<void> => {
        let next = from;
        const walk = async (): Promise<void> => {
          for (let cycle = next++; cycle < to; cycle = next++) {
            await visitor.visit(cycle);
            onProgress?.(Math.max(0, cycle - warmUp), cycles[scale]);
          }
        };
        await Promise.all(Array.from({ length: atOnce }, walk));
      };
      await visit(0, warmUp);
      await pause(settlingMs);
      const before = await measure();
      await visit(warmUp, warmUp + cycles[scale]);
      let after = await measure();
      for (
        let waited = 0;
        waited < settleTimeoutMs && excess(before, { after, allowance: allowance[scale] }).length > 0;
        waited += 1_000
      ) {
        await pause(1_000);
        after = await measure();
      }
      return {
        runs: cycles[scale],
        faults: visitor.cuts,
        violations: [...visitor.violations, ...excess(before, { after, allowance: allowance[scale] })],
        figures: {
          "files before and after": `${before.files} and ${after.files}`,
          "timers before and after": `${before.timers} and ${after.timers}`,
          "heap before and after": `${megabytes(before.heapBytes)} and ${megabytes(after.heapBytes)}`,
        },
      };
    } finally {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
      await ground.drop();
      await script.remove();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
