import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { FailureCode } from "@safelight/client/contract";
import type { GenerationRecord } from "../../packages/server/src/lib/generation/generation-record.js";
import { isTerminalState } from "../../packages/server/src/lib/generation/generation-state.js";
import { memoryStorage } from "../../packages/server/src/lib/storage/memory-storage.js";
import { mediaRequest } from "../../packages/server/testing/media/requested-media.js";
import { WorkerBench } from "../../packages/server/testing/worker-bench.js";
import { openGround } from "../ground/open-ground.js";
import { openStore } from "../ground/open-store.js";
import type { GroundSource } from "../ground/proving-ground.js";
import { captureLogs } from "../log-capture.js";
import type { ProofResult } from "../proof.js";
import { type FaultStep, faults, type NamedFault } from "./faults.js";
import { type FaultyVendor, startFaultyVendor } from "./faulty-vendor.js";
import { vendorAdapter } from "./vendor-adapter.js";

/** One fault at one step. */
export interface Cell {
  readonly named: NamedFault;
  readonly step: FaultStep;
  readonly taken: boolean;
  /** How often the fault occurs in a row. */
  readonly times: number;
}

type End = "completed" | "canceled" | FailureCode;

/** Timeouts of a response that never ends, and of all others, which a slow machine may delay. */
const [stalledMs, timeoutMs] = [150, 60_000];

/** The owner's prompt, which must not appear in the log. */
const prompt = "my own dark secret";

/** Options of a run. */
export interface CellRun {
  /** The origin of refused requests, such as `"http://93.184.215.14"` where it has no route. */
  readonly refusedAt: string;
  readonly ground: GroundSource;
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/** Plays each cell with its own generation, on one worker and one database. */
export async function playCells(
  cells: readonly Cell[],
  { onProgress, refusedAt, ground: source }: CellRun,
): Promise<ProofResult> {
  const ground = await openGround(source);
  const vendor = await startFaultyVendor();
  const logs = captureLogs();
  const violations: string[] = [];
  const provider = vendorAdapter({
    url: vendor.url,
    timeoutMs,
    fetch: async (input, init) => {
      const url = String(input);
      if (vendor.refuses({ url, init })) return fetch(url.replace(vendor.url, refusedAt), init);
      return fetch(url, vendor.stalls({ url, init }) ? { ...init, signal: AbortSignal.timeout(stalledMs) } : init);
    },
    onTimeout: (path) => violations.push(`${path} had no response within ${timeoutMs / 1_000} s`),
  });
  const bench = new WorkerBench(
    { openStore: (url, now) => openStore(url, { now }), createStorage: memoryStorage },
    ground.url,
    {
      provider,
      model: { deadlineMs: 120_000 },
      worker: { reconcileForMs: 60_000, storingGraceMs: 60_000, logger: logs.logger },
    },
  );
  await bench.store.migrate();

  let strikes = 0;
  for (const [index, cell] of cells.entries()) {
    const { named, step, taken } = cell;
    const { kind, parsedInput } = mediaRequest(index);
    const input = { ...parsedInput, prompt };
    const id = await bench.submit({ accountId: `account-${index}`, kind, input, parsedInput: input });
    vendor.plan(id, {
      input,
      step,
      taken,
      fault: named.fault,
      times: cell.times,
      polls: step === "cancel" ? 6 : 2,
      losesSubmit: step === "lookup",
    });
    const wrong = await play(bench, { vendor, id, cell });
    if (vendor.strikes(id) === 0) wrong.push("the fault did not occur");
    wrong.push(...logs.leaksOf([prompt]));
    violations.push(
      ...wrong.map(
        (what) => `${named.name} at ${step}, ${taken ? "taken" : "not taken"}, ${cell.times} times: ${what}`,
      ),
    );
    strikes += vendor.strikes(id);
    onProgress?.(index + 1, cells.length);
  }
  if (vendor.maxRequestsPerAttempt() > 1) violations.push("an attempt sent its paid request more than once");
  for (const { check, subject, detail } of await bench.store.audit())
    violations.push(`${check}: ${subject} (${detail})`);
  await bench.close();
  await vendor.close();
  await ground.drop();
  if (logs.lines() === 0) violations.push("no line was logged, so the log was not checked");
  return { runs: cells.length, faults: strikes, violations, figures: { "lines logged": String(logs.lines()) } };
}

/** Plays one generation to its end and returns the violations. */
async function play(
  bench: WorkerBench,
  { vendor, id, cell }: { readonly vendor: FaultyVendor; readonly id: string; readonly cell: Cell },
): Promise<string[]> {
  const wrong: string[] = [];
  let last = await bench.generation(id);
  for (let count = 0; count < 400 && !isTerminalState(last.state); count += 1) {
    if (cell.step === "cancel" && last.state === "running" && last.cancelRequestedAt === null) await bench.cancel(id);
    await bench.nextStep();
    const next = await bench.generation(id);
    wrong.push(...backwards(last, next));
    last = next;
  }
  const end: string = last.state === "failed" ? String(last.failureCode) : last.state;
  const expected = expectedEnds(cell);
  if (!expected.some((one) => one === end)) wrong.push(`it ended as ${end}, not as ${expected.join(" or ")}`);
  const paid = vendor.paidFor(id);
  if (paid > 1) wrong.push(`it was paid ${paid} times`);
  const returned = last.state === "completed" ? 0 : last.credits;
  if (last.refundedCredits !== returned) wrong.push(`${last.refundedCredits} credits were refunded, not ${returned}`);
  const { balance } = await bench.store.listCredits({ accountId: last.accountId, limit: 1, before: null });
  if (balance !== 100 - last.credits + returned) wrong.push(`the balance is ${balance}`);
  for (const { storageKey, byteLength } of last.outputs) {
    if ((await bench.stored(storageKey))?.byteLength !== byteLength) wrong.push(`${storageKey} cannot be read`);
  }
  return wrong;
}

function backwards(last: GenerationRecord, next: GenerationRecord): readonly string[] {
  return [
    ...((next.progress ?? 0) < (last.progress ?? 0)
      ? [`progress went back from ${last.progress} to ${next.progress}`]
      : []),
    ...(last.startedAt !== null && next.startedAt === null ? ["it went back from processing to pending"] : []),
    ...(next.version < last.version ? ["its version went back"] : []),
  ];
}

/** Each fault at each step where it can occur, once per number of repetitions. */
export function cellsFor(times: readonly number[]): readonly Cell[] {
  return faults.flatMap((named) =>
    named.at.flatMap((step) =>
      (step === "submit" ? named.taken : [true]).flatMap((taken) =>
        times.map((count) => ({ named, step, taken, times: count })),
      ),
    ),
  );
}

/** Failure codes of requests that the vendor definitely refused. */
const refusedAs: Readonly<Record<string, FailureCode>> = {
  "400": "provider_rejected_input",
  "401": "provider_misconfigured",
  "402": "provider_misconfigured",
  "404": "provider_misconfigured",
  "422": "provider_rejected_input",
};

function expectedEnds({ named: { name }, step, taken, times }: Cell): readonly End[] {
  const isEndless = times === Number.POSITIVE_INFINITY;
  switch (step) {
    case "submit":
      if (refusedAs[name] !== undefined) return [refusedAs[name]];
      // An accepted job is found by its token; without a job, another attempt is sent.
      if (!isEndless || taken) return ["completed"];
      return [name === "429" ? "provider_rate_limited" : "provider_unavailable"];
    case "poll":
      if (name === "404" || name === "succeeded without output") return ["provider_failed"];
      // Invalid responses do not prove that the job has ended.
      return [isEndless ? "deadline_exceeded" : "completed"];
    case "result":
      if (name === "404") return ["output_unavailable"];
      if (name === "endless" || isNoImage(name)) return ["output_rejected"];
      return [isEndless ? "output_unavailable" : "completed"];
    case "cancel":
      // The worker repeats the cancel until it gets a valid response, or until the job is done.
      return isEndless ? ["completed"] : ["canceled", "completed"];
    case "lookup":
      return [isEndless ? "outcome_unknown" : "completed"];
  }
}

/** The body arrives, and is not an image. */
function isNoImage(name: string): boolean {
  return name === "wrong content type" || name === "200 with an error in it" || name === "truncated";
}

/** A local origin that refuses connections. */
export async function unusedAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  // The address of a TCP server is an object.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}
