import type { CancelOutcome } from "../../packages/server/src/lib/ports/provider.js";

interface Job {
  readonly token: string;
  readonly readyAt: number;
  isEnded: boolean;
  isCanceled: boolean;
  cancels: number;
}

/** The jobs that the vendor has accepted. Each runs from its request to its end. */
export class VendorJobs {
  readonly #jobs = new Map<string, Job>();
  #running = 0;
  #peak = 0;

  get size(): number {
    return this.#jobs.size;
  }

  /** Max jobs at one time. */
  get peak(): number {
    return this.#peak;
  }

  /** Number of jobs that stopped at a cancel. */
  get canceled(): number {
    return [...this.#jobs.values()].filter(({ isCanceled }) => isCanceled).length;
  }

  has(token: string): boolean {
    return this.#jobs.has(token);
  }

  /** Begins a job. Returns a function that ends it. */
  start(token: string, readyAt: number): () => void {
    this.#running += 1;
    this.#peak = Math.max(this.#peak, this.#running);
    const job: Job = { token, readyAt, isEnded: false, isCanceled: false, cancels: 0 };
    this.#jobs.set(token, job);
    return () => this.#end(job);
  }

  /** Every second job stops at the second cancel, and the others run to their end. `null`: no such job. */
  cancel(token: string): CancelOutcome | null {
    const job = this.#jobs.get(token);
    if (job === undefined) return null;
    job.cancels += 1;
    if (!job.isEnded && job.cancels > 1 && token.charCodeAt(0) % 2 === 0) {
      job.isCanceled = true;
      this.#end(job);
    }
    if (job.isCanceled) return "canceled";
    return job.isEnded ? "too_late" : "requested";
  }

  /** `null`: no such job. */
  statusOf(token: string): { readonly done: boolean; readonly canceled: boolean } | null {
    const job = this.#jobs.get(token);
    return job === undefined ? null : { done: performance.now() >= job.readyAt, canceled: job.isCanceled };
  }

  #end(job: Job): void {
    if (!job.isEnded) this.#running -= 1;
    job.isEnded = true;
  }
}
