import type { Json } from "@safelight/client/contract";
import type { TerminalState } from "../../src/lib/generation/generation-state.js";
import type { Clock } from "../../src/lib/ports/clock.js";
import type {
  LookupOutcome,
  OperationStatus,
  Provider,
  SubmitOutcome,
  SubmitRequest,
} from "../../src/lib/ports/provider.js";
import { tinyPng } from "../tiny-png.js";
import type { SeededRandom } from "./seeded-random.js";

interface Job {
  readonly generationId: string;
  readonly doneAt: number;
  readonly end: "done" | "failed" | "flaky";
  isCanceled: boolean;
}

/** What may go wrong at a vendor, each as a probability. */
export interface VendorFaults {
  /** A request, or a reply, is on its way for longer than a lease. */
  readonly slow: number;
  /** Refused before it was taken, to be tried again. */
  readonly throttled: number;
  /** Refused for good. */
  readonly refused: number;
  /** The request never arrives, and nobody tells. */
  readonly requestLost: number;
  /** Taken, and nobody tells. */
  readonly replyLost: number;
  /** A question fails. */
  readonly unreachable: number;
  /** The job ends in a failure; half of these may be tried again. */
  readonly fails: number;
  /** A lost job is not to be found although it is there. */
  readonly lookupBlind: number;
}

/**
 * A vendor in memory, which outlives every crash of ours and counts what it was paid. Its answers are lost, late or
 * wrong as often as its faults say; its own books are always right.
 */
export class VirtualVendor {
  /** How often anything of its faults came true. */
  faultCount = 0;
  /** Every token that ever arrived in a paid request, with how often it arrived. */
  readonly #arrivals = new Map<string, number>();
  readonly #jobs = new Map<string, Job>();
  readonly #absent = new Set<string>();
  readonly #random: SeededRandom;
  readonly #clock: Clock;
  readonly #faults: VendorFaults;

  constructor(random: SeededRandom, clock: Clock, faults: VendorFaults) {
    this.#random = random;
    this.#clock = clock;
    this.#faults = faults;
  }

  /** What its books hold against us, given how each generation ended. */
  violations(ends: ReadonlyMap<string, TerminalState>): readonly string[] {
    const found: string[] = [];
    const jobs = [...this.#jobs.values()];
    for (const id of new Set(jobs.map(({ generationId }) => generationId))) {
      // One that failed in a way that may be tried again excuses another one.
      const paid = jobs.filter((job) => job.generationId === id && job.end !== "flaky").length;
      if (paid > 1) found.push(`${id} was paid for ${paid} times`);
    }
    for (const [id, end] of ends) {
      const isDone = jobs.some((job) => job.generationId === id && job.end === "done");
      if (end === "completed" && !isDone) found.push(`${id} completed without a job`);
    }
    for (const [token, count] of this.#arrivals) {
      if (count > 1) found.push(`the request of ${token} was sent ${count} times`);
    }
    return found;
  }

  /** The adapter to it. `atAcceptance` is called when a request was taken and its reply is not read yet. */
  provider(atAcceptance: () => void): Provider<unknown> {
    return {
      id: "virtual",
      capabilities: { resumable: true, cancel: true, webhook: false, progress: true, partials: false },
      submit: (request) => this.#slowly(() => this.#take(request, atAcceptance)),
      poll: (operation) => this.#slowly(() => this.#report(jobToken(operation))),
      cancel: (operation) => this.#slowly(() => this.#cancel(jobToken(operation))),
      findByToken: (token) => this.#slowly(() => this.#find(token)),
    };
  }

  /** The way there and the way back. */
  async #slowly<T>(answer: () => T): Promise<T> {
    await this.#dawdle();
    const given = answer();
    await this.#dawdle();
    return given;
  }

  #dawdle(): Promise<void> {
    if (!this.#strikes("slow")) return Promise.resolve();
    return new Promise((resolve) => this.#clock.setTimer(this.#random.between(1, 15_000), resolve));
  }

  /** That there is no job is a promise: a request that comes after it is refused. */
  #find(token: string): LookupOutcome {
    this.#mayBeUnreachable();
    if (this.#strikes("lookupBlind")) return { type: "unknown" };
    if (this.#jobs.has(token)) return { type: "found", operation: { token } };
    this.#absent.add(token);
    return { type: "absent" };
  }

  #take({ generationId, token }: SubmitRequest<unknown>, atAcceptance: () => void): SubmitOutcome {
    if (this.#strikes("requestLost")) return { type: "unknown", reason: "request lost" };
    this.#arrivals.set(token, (this.#arrivals.get(token) ?? 0) + 1);
    if (this.#absent.has(token)) {
      return { type: "rejected", failure: { code: "provider_unavailable", message: "It was said to be absent." } };
    }
    if (this.#strikes("throttled")) {
      return { type: "rejected", failure: { code: "rate_limited", message: "slow down", retryAfterMs: 500 } };
    }
    if (this.#strikes("refused")) {
      return { type: "rejected", failure: { code: "content_blocked", message: "no" } };
    }
    const isFailing = this.#strikes("fails");
    this.#jobs.set(token, {
      generationId,
      doneAt: this.#clock.now() + this.#random.between(0, 20_000),
      end: isFailing ? this.#random.pick(["failed", "flaky"]) : "done",
      isCanceled: false,
    });
    atAcceptance();
    if (this.#strikes("replyLost")) throw new Error("connection reset");
    return { type: "accepted", operation: { token } };
  }

  #report(token: string): OperationStatus {
    this.#mayBeUnreachable();
    const job = this.#jobs.get(token);
    if (job === undefined) throw new Error(`an operation that was never handed out: ${token}`);
    if (job.isCanceled) return { type: "canceled" };
    const leftMs = job.doneAt - this.#clock.now();
    if (leftMs > 0)
      return { type: "running", progress: 1 - leftMs / 20_000, pollAfterMs: this.#random.between(50, 4_000) };
    if (job.end === "done") return { type: "done", outputs: [{ bytes: tinyPng(), contentType: "image/png" }] };
    if (job.end === "failed") return { type: "failed", failure: { code: "provider_error", message: "crashed" } };
    return { type: "failed", failure: { code: "provider_unavailable", message: "no capacity", retryable: true } };
  }

  #cancel(token: string): "canceled" | "requested" | "too_late" {
    this.#mayBeUnreachable();
    const job = this.#jobs.get(token);
    if (job === undefined || job.doneAt <= this.#clock.now()) return "too_late";
    job.isCanceled = true;
    return this.#random.pick(["canceled", "requested"]);
  }

  #strikes(fault: keyof VendorFaults): boolean {
    const isStruck = this.#random.chance(this.#faults[fault]);
    if (isStruck) this.faultCount += 1;
    return isStruck;
  }

  #mayBeUnreachable(): void {
    if (this.#strikes("unreachable")) throw new Error("the vendor cannot be reached");
  }
}

function jobToken(operation: Json): string {
  // Only `#take` and `findByToken` make operations.
  return (operation as { readonly token: string }).token;
}
