import { createHash } from "node:crypto";
import { type AspectRatio, isAspectRatio } from "../image/crop-to-aspect-ratio.js";
import type { Picture } from "../image/picture.js";
import type { Darkroom } from "../render-worker/darkroom-interface.js";
import { courseOf, queueMs } from "./job-course.js";
import { type PromptOrders, parsePromptOrders } from "./prompt-orders.js";
import { type JobRow, VendorFile } from "./vendor-file.js";

/** What a customer asks the vendor for. */
export interface JobRequest {
  /** The customer's name for this one request. The vendor does not make it unique: each request is charged. */
  readonly reference: string;
  /** The customer's name for what it is for. */
  readonly orderId: string;
  readonly prompt: string;
  readonly steps: number;
  readonly seed: number | null;
  readonly size: number;
  readonly aspectRatio: AspectRatio;
  readonly count: number;
  /** The placeholder of the input image, which gives the pictures their colors. Absent where there is none. */
  readonly inputPlaceholder?: string;
}

/** The vendor's answer to a request. */
export type JobReply =
  | { readonly status: "accepted"; readonly jobId: string }
  | { readonly status: "invalid"; readonly field: string }
  | { readonly status: "too_fast"; readonly retryAfterMs: number }
  /** The reference was said to be absent before, so it never becomes a job. */
  | { readonly status: "voided" };

/** What the vendor says about a job. */
export type JobReport =
  | { readonly status: "queued"; readonly ahead: number; readonly startsInMs: number }
  | {
      readonly status: "developing";
      readonly progress: number;
      readonly nextStepInMs: number;
      /** PNG; `null` while the vendor is too busy to make one. */
      readonly preview: Uint8Array | null;
    }
  /** PNGs; the same ones each time. */
  | { readonly status: "finished"; readonly pictures: readonly Uint8Array[] }
  | { readonly status: "refused" | "broken" | "canceled" };

/** What the vendor charges for one reference. */
export interface VendorInvoice {
  readonly reference: string;
  readonly orderId: string;
  /** Paid requests that carried the reference. More than 1 is money thrown away. */
  readonly jobs: number;
}

/** The connection broke after the vendor took a request and before its reply arrived. */
export class ReplyLost extends Error {
  override readonly name = "ReplyLost";
}

const refusalsPerOrder = 2;
const retryAfterMs = 250;

/**
 * A company that sells pictures and does not exist. It knows nothing of Safelight; everything that it promised is in its
 * file before it answers.
 */
export class DemoVendor {
  readonly #file: VendorFile;
  readonly #darkroom: Darkroom;
  readonly #stepMs: number;
  readonly #now: () => number;

  constructor(options: {
    readonly vendorFile: string;
    readonly darkroom: Darkroom;
    readonly stepMs: number;
    readonly now: () => number;
  }) {
    this.#file = new VendorFile(options.vendorFile);
    this.#darkroom = options.darkroom;
    this.#stepMs = options.stepMs;
    this.#now = options.now;
  }

  /**
   * Takes a request, which is charged from then on, or refuses it.
   *
   * @throws {ReplyLost} where the prompt asks for it, after the request was taken.
   */
  async createJob(request: JobRequest): Promise<JobReply> {
    const field = invalidField(request);
    if (field !== null) return { status: "invalid", field };
    const orders = parsePromptOrders(request.prompt);
    const reply = this.#file.transact(() => this.#accept(request, orders));
    if (reply.status === "accepted" && orders.loses !== "nothing") throw new ReplyLost("The connection was reset.");
    return reply;
  }

  /** Says how a job is doing; `null` when there is none of this id. */
  async readJob(jobId: string): Promise<JobReport | null> {
    const job = this.#file.findJob(jobId);
    if (job === null) return null;
    const course = courseOf(job, this.#now());
    switch (course.phase) {
      case "queued":
        return { status: "queued", ahead: this.#countAhead(job), startsInMs: course.startsInMs };
      case "developing": {
        const { progress, nextStepInMs, step } = course;
        const preview = await this.#darkroom.preview(pictureOf(job, 0), step / job.steps);
        return { status: "developing", progress, nextStepInMs, preview };
      }
      case "finished":
        return { status: "finished", pictures: await this.#develop(job) };
      case "refused":
      case "broken":
      case "canceled":
        return { status: course.phase };
    }
  }

  /** Stops a job; false when it had ended. */
  async cancelJob(jobId: string): Promise<boolean> {
    return this.#file.transact(() => {
      const job = this.#file.findJob(jobId);
      if (job === null) return false;
      const { phase } = courseOf(job, this.#now());
      if (phase === "queued" || phase === "developing") this.#file.cancelJob(jobId, this.#now());
      return phase === "queued" || phase === "developing" || phase === "canceled";
    });
  }

  /**
   * Looks for a job by the customer's reference. `absent` is a promise: a request with this reference that is still on
   * its way will not be taken when it arrives. `unavailable` where the prompt asked for `lost:forever`.
   */
  async findJob(reference: string): Promise<{ readonly jobId: string } | "absent" | "unavailable"> {
    return this.#file.transact(() => {
      const job = this.#file.jobsOfReference(reference)[0];
      if (job === undefined) {
        this.#file.voidReference(reference);
        return "absent";
      }
      return parsePromptOrders(inputOf(job).prompt).loses === "forever" ? "unavailable" : { jobId: job.id };
    });
  }

  /** What the customer has to pay for, by reference. */
  invoices(): readonly VendorInvoice[] {
    const invoices = new Map<string, VendorInvoice>();
    for (const { reference, orderId } of this.#file.allJobs()) {
      invoices.set(reference, { reference, orderId, jobs: (invoices.get(reference)?.jobs ?? 0) + 1 });
    }
    return [...invoices.values()];
  }

  close(): void {
    this.#file.close();
  }

  #accept(request: JobRequest, orders: PromptOrders): JobReply {
    const { reference, orderId, ...input } = request;
    if (this.#file.isVoided(reference)) return { status: "voided" };
    if (orders.isRateLimited && this.#file.countRefusals(orderId) < refusalsPerOrder) {
      this.#file.addRefusal(orderId);
      return { status: "too_fast", retryAfterMs };
    }
    const isFirst = this.#file.jobsOfOrder(orderId).length === 0;
    const number = this.#file.jobsOfReference(reference).length + 1;
    const job: JobRow = {
      id: `job_${createHash("sha256").update(`${number} ${reference}`).digest("hex").slice(0, 24)}`,
      reference,
      orderId,
      input: JSON.stringify(input),
      fate: orders.isOffensive ? "refuse" : orders.isBroken || (orders.isFlaky && isFirst) ? "break" : "finish",
      steps: request.steps * (orders.isSlow ? 10 : 1),
      stepMs: this.#stepMs,
      acceptedAt: this.#now(),
      canceledAt: null,
    };
    this.#file.addJob(job);
    return { status: "accepted", jobId: job.id };
  }

  #countAhead(job: JobRow): number {
    const waiting = this.#file.jobsSince(this.#now() - queueMs(job));
    return Math.max(
      waiting.findIndex(({ id }) => id === job.id),
      0,
    );
  }

  async #develop(job: JobRow): Promise<readonly Uint8Array[]> {
    const indexes = Array.from({ length: inputOf(job).count }, (_, index) => index);
    return Promise.all(indexes.map((index) => this.#darkroom.develop(pictureOf(job, index))));
  }
}

type JobInput = Omit<JobRequest, "reference" | "orderId">;

function inputOf(job: JobRow): JobInput {
  // Written by `#accept` from this very type.
  return JSON.parse(job.input) as JobInput;
}

/** One picture of a job; the seed makes its pictures differ. */
function pictureOf(job: JobRow, index: number): Picture {
  const { prompt, seed, size, aspectRatio, inputPlaceholder = null } = inputOf(job);
  return { prompt, seed: (seed ?? 0) + index, size, aspectRatio, inputPlaceholder };
}

function invalidField({ prompt, steps, seed, size, aspectRatio, count }: JobRequest): string | null {
  const isWithin = (value: number, low: number, high: number): boolean =>
    Number.isInteger(value) && value >= low && value <= high;
  if (typeof prompt !== "string" || prompt.trim() === "" || prompt.length > 20_000) return "prompt";
  if (!isWithin(steps, 1, 30)) return "steps";
  if (seed !== null && !Number.isSafeInteger(seed)) return "seed";
  if (!isWithin(size, 256, 1024)) return "size";
  if (!isAspectRatio(aspectRatio)) return "aspectRatio";
  return isWithin(count, 1, 4) ? null : "count";
}
