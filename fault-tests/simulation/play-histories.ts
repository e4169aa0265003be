import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import type { HistoryReport } from "../../packages/server/testing/simulation/play-history.js";
import type { ProofResult } from "../proof.js";
import type { Batch, BatchMessage } from "./play-seeds.js";

/** Options of a run. */
export interface PlayOptions extends Pick<Batch, "kind" | "network" | "ground"> {
  readonly histories: number;
  readonly seed: number;
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/** Histories per seed. Batches do not depend on the number of processes, so a seed repeats on every machine. */
const batchSizes = { reliable: 50, lossy: 5 };

/** Plays random histories, in one process per core; in four per core if they wait for a network. */
export async function playHistories(options: PlayOptions): Promise<ProofResult> {
  const { histories, kind, seed, network, ground } = options;
  const batchSize = batchSizes[network];
  const batches = Array.from({ length: Math.ceil(histories / batchSize) }, (_, index): Batch => {
    return { kind, network, ground, seed: seed + index, runs: Math.min(batchSize, histories - index * batchSize) };
  });
  const script = await bundleScript(new URL("./play-seeds.ts", import.meta.url));
  const total = new Total();
  const played = (report: HistoryReport): void => {
    total.add(report);
    options.onProgress?.(total.histories, histories);
  };
  const violations: string[] = [];
  const work = async (): Promise<void> => {
    const child = fork(script.path, { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const violation = await playBatch(child, { batch, played });
      if (violation !== null) violations.push(violation);
    }
    child.disconnect();
  };
  const processes = availableParallelism() * (network === "lossy" ? 4 : 1);
  await Promise.all(Array.from({ length: Math.min(processes, batches.length) }, work));
  await script.remove();
  return { runs: total.histories, faults: total.faults, violations, figures: total.figures() };
}

function playBatch(
  child: ChildProcess,
  { batch, played }: { readonly batch: Batch; readonly played: (report: HistoryReport) => void },
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: BatchMessage): void => {
      if (message.type === "played") played(message.report);
      if (message.type !== "done") return;
      child.off("message", onMessage);
      child.off("exit", fail);
      resolve(message.violation);
    };
    const fail = (code: number | null, signal: string | null): void => {
      reject(new Error(`The process that played seed ${batch.seed} exited with ${signal ?? code}.`));
    };
    child.on("message", onMessage);
    child.once("exit", fail);
    child.send(batch);
  });
}

/** Sums of the reports. */
class Total {
  histories = 0;
  faults = 0;
  readonly #ended = { completed: 0, failed: 0, canceled: 0 };
  readonly #done = { kills: 0, freezes: 0, cancels: 0, clockJumps: 0, vendorFaults: 0 };

  add(report: HistoryReport): void {
    this.histories += 1;
    for (const end of ["completed", "failed", "canceled"] as const) this.#ended[end] += report.ended[end];
    for (const fault of ["kills", "freezes", "cancels", "clockJumps", "vendorFaults"] as const) {
      this.#done[fault] += report[fault];
      this.faults += report[fault];
    }
  }

  figures(): Readonly<Record<string, string>> {
    const { kills, freezes, cancels, clockJumps, vendorFaults } = this.#done;
    const all = {
      ...this.#ended,
      kills,
      freezes,
      cancels,
      ...(clockJumps > 0 && { "clock jumps": clockJumps }),
      "faults of the vendor": vendorFaults,
    };
    return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, value.toLocaleString("en-US")]));
  }
}
