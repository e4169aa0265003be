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
import { requestedOutputs } from "../media/withheld-outputs.js";
import type { SeededRandom } from "./seeded-random.js";

interface Job {
  readonly generationId: string;
  readonly doneAt: number;
  readonly end: "done" | "failed" | "flaky";
  isCanceled: boolean;
}

/** Probabilities of the vendor's faults, from 0 to 1. */
export interface VendorFaults {
  /** A request or a response is delayed by up to 15 s, which is longer than a lease. */
  readonly slow: number;
  /** A request is refused with a retryable failure. */
  readonly throttled: number;
  /** A request is refused with a final failure. */
  readonly refused: number;
  /** The request is lost before it reaches the vendor. */
  readonly requestLost: number;
  /** The vendor accepts the request, and the response is lost. */
  readonly responseLost: number;
  /** A poll, cancel or lookup fails. */
  readonly unreachable: number;
  /** The job fails. Half of these failures are retryable. */
  readonly fails: number;
  /** A lookup of an existing job returns `unknown`. */
  readonly lookupBlind: number;
}

/**
 * An in-memory vendor that survives the crashes of the simulated processes and records each paid request. Its responses
 * are lost, late or failures with the given probabilities. Its own records are always correct.
 */
export class VirtualVendor {
  /** Number of faults that occurred. */
  faultCount = 0;
  /** Number of received paid requests by token. */
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

  /**
   * Compares the vendor's records with the terminal states of the generations: a second payment, a completed generation
   * without a job, or a request that was sent twice.
   */
  violations(ends: ReadonlyMap<string, TerminalState>): readonly string[] {
    const found: string[] = [];
    const jobs = [...this.#jobs.values()];
    for (const id of new Set(jobs.map(({ generationId }) => generationId))) {
      // A job with a retryable failure may be followed by another one.
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

  /** Creates an adapter. It calls `atAcceptance` after the vendor accepted a request, before the response is read. */
  provider(atAcceptance: () => void): Provider<unknown> {
    return {
      id: "virtual",
      capabilities: { resumable: true, cancel: true, webhook: false, progress: true, previews: false },
      submit: (request) => this.#slowly(() => this.#submit(request, atAcceptance)),
      poll: (operation, { input }) => this.#slowly(() => this.#poll(jobToken(operation), input)),
      cancel: (operation) => this.#slowly(() => this.#cancel(jobToken(operation))),
      findByToken: (token) => this.#slowly(() => this.#find(token)),
    };
  }

  /** Runs a call with a possible delay of the request and of the response. */
  async #slowly<T>(respond: () => T): Promise<T> {
    await this.#delay();
    const response = respond();
    await this.#delay();
    return response;
  }

  #delay(): Promise<void> {
    if (!this.#faultOccurs("slow")) return Promise.resolve();
    return new Promise((resolve) => this.#clock.setTimer(this.#random.between(1, 15_000), resolve));
  }

  /** After `absent`, the vendor refuses a late request with the token. */
  #find(token: string): LookupOutcome {
    this.#throwIfUnreachable();
    if (this.#faultOccurs("lookupBlind")) return { type: "unknown" };
    if (this.#jobs.has(token)) return { type: "found", operation: { token } };
    this.#absent.add(token);
    return { type: "absent" };
  }

  #submit({ generationId, token }: SubmitRequest<unknown>, atAcceptance: () => void): SubmitOutcome {
    if (this.#faultOccurs("requestLost")) return { type: "unknown", reason: "request lost" };
    this.#arrivals.set(token, (this.#arrivals.get(token) ?? 0) + 1);
    if (this.#absent.has(token)) {
      return {
        type: "rejected",
        failure: { code: "provider_unavailable", message: "A lookup reported this token as absent." },
      };
    }
    if (this.#faultOccurs("throttled")) {
      return { type: "rejected", failure: { code: "rate_limited", message: "slow down", retryAfterMs: 500 } };
    }
    if (this.#faultOccurs("refused")) {
      return { type: "rejected", failure: { code: "content_blocked", message: "no" } };
    }
    const isFailing = this.#faultOccurs("fails");
    this.#jobs.set(token, {
      generationId,
      doneAt: this.#clock.now() + this.#random.between(0, 20_000),
      end: isFailing ? this.#random.pick(["failed", "flaky"]) : "done",
      isCanceled: false,
    });
    atAcceptance();
    if (this.#faultOccurs("responseLost")) throw new Error("connection reset");
    return { type: "accepted", operation: { token } };
  }

  #poll(token: string, input: unknown): OperationStatus {
    this.#throwIfUnreachable();
    const job = this.#jobs.get(token);
    if (job === undefined) throw new Error(`The vendor has no job with the token ${token}.`);
    if (job.isCanceled) return { type: "canceled" };
    const leftMs = job.doneAt - this.#clock.now();
    if (leftMs > 0)
      return { type: "running", progress: 1 - leftMs / 20_000, pollAfterMs: this.#random.between(50, 4_000) };
    if (job.end === "done") return { type: "done", outputs: requestedOutputs(input) };
    if (job.end === "failed") return { type: "failed", failure: { code: "provider_error", message: "crashed" } };
    return { type: "failed", failure: { code: "provider_unavailable", message: "no capacity", retryable: true } };
  }

  #cancel(token: string): "canceled" | "requested" | "too_late" {
    this.#throwIfUnreachable();
    const job = this.#jobs.get(token);
    if (job === undefined || job.doneAt <= this.#clock.now()) return "too_late";
    job.isCanceled = true;
    return this.#random.pick(["canceled", "requested"]);
  }

  #faultOccurs(fault: keyof VendorFaults): boolean {
    const occurs = this.#random.chance(this.#faults[fault]);
    if (occurs) this.faultCount += 1;
    return occurs;
  }

  #throwIfUnreachable(): void {
    if (this.#faultOccurs("unreachable")) throw new Error("The vendor is unreachable.");
  }
}

function jobToken(operation: Json): string {
  // Only `#submit` and `#find` create operations.
  return (operation as { readonly token: string }).token;
}
