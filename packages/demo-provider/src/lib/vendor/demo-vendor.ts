import { createHash } from "node:crypto";
import { type AspectRatio, isAspectRatio } from "../image/crop-to-aspect-ratio.js";
import type { FileKind, ImageSpec } from "../image/image-spec.js";
import type { RenderWorker } from "../render-worker/render-worker-interface.js";
import { phaseOf, queueMs } from "./job-phase.js";
import { type PromptDirectives, parsePromptDirectives } from "./prompt-directives.js";
import { type JobRow, VendorFile } from "./vendor-file.js";

/** A request for images. */
export interface JobRequest {
  /** The customer's reference of this request. It is not an idempotency key: the vendor charges each request. */
  readonly reference: string;
  /** The customer's id of the order. A repeated request has the same one. */
  readonly orderId: string;
  readonly prompt: string;
  readonly steps: number;
  readonly seed: number | null;
  readonly size: number;
  readonly aspectRatio: AspectRatio;
  readonly count: number;
  /** The placeholder of the input image, whose colors the images get. Absent without an input image. */
  readonly inputPlaceholder?: string;
}

/** The vendor's response to a request. */
export type JobReply =
  | { readonly status: "accepted"; readonly jobId: string }
  | { readonly status: "invalid"; readonly field: string }
  | { readonly status: "rate_limited"; readonly retryAfterMs: number }
  /** A lookup reported this reference as absent, so no job may have it. */
  | { readonly status: "voided" };

/** A PNG, an MP4 or a WAV. */
export interface JobFile {
  readonly bytes: Uint8Array;
  /** PNG of a video's last frame; `null` for other files. */
  readonly poster: Uint8Array | null;
}

/** Status of a job. */
export type JobReport =
  | { readonly status: "queued"; readonly ahead: number; readonly startsInMs: number }
  | {
      readonly status: "running";
      readonly progress: number;
      readonly nextStepInMs: number;
      /** PNG; `null` if the vendor is too busy. */
      readonly preview: Uint8Array | null;
    }
  /** The same bytes each time. */
  | { readonly status: "finished"; readonly files: readonly JobFile[] }
  | { readonly status: "refused" | "broken" | "canceled" };

/** The vendor's charges for one reference. */
export interface VendorInvoice {
  readonly reference: string;
  readonly orderId: string;
  /** Number of paid requests with this reference. More than 1 is a double payment. */
  readonly jobs: number;
}

/** The connection was lost after the vendor accepted a request, and before its response arrived. */
export class ReplyLost extends Error {
  override readonly name = "ReplyLost";
}

const refusalsPerOrder = 2;
const retryAfterMs = 250;

/**
 * A fake vendor of images, independent of Safelight. It writes each promise to its file before it responds, so that the
 * promise survives a crash.
 */
export class DemoVendor {
  readonly #file: VendorFile;
  readonly #renderWorker: RenderWorker;
  readonly #stepMs: number;
  readonly #now: () => number;
  readonly #kind: FileKind;

  constructor(options: {
    readonly vendorFile: string;
    readonly renderWorker: RenderWorker;
    readonly stepMs: number;
    readonly now: () => number;
    readonly kind: FileKind;
  }) {
    this.#kind = options.kind;
    this.#file = new VendorFile(options.vendorFile);
    this.#renderWorker = options.renderWorker;
    this.#stepMs = options.stepMs;
    this.#now = options.now;
  }

  /**
   * Accepts and charges a request, or refuses it.
   *
   * @throws {ReplyLost} if the prompt contains `lost` or `lost:forever`, after the request was accepted.
   */
  async createJob(request: JobRequest): Promise<JobReply> {
    const field = invalidField(request);
    if (field !== null) return { status: "invalid", field };
    const directives = parsePromptDirectives(request.prompt);
    const reply = this.#file.transact(() => this.#accept(request, directives));
    if (reply.status === "accepted" && directives.loses !== "nothing") throw new ReplyLost("The connection was reset.");
    return reply;
  }

  /** Returns the status of a job; `null` if there is no job with this id. */
  async readJob(jobId: string): Promise<JobReport | null> {
    const job = this.#file.findJob(jobId);
    if (job === null) return null;
    const phase = phaseOf(job, this.#now());
    switch (phase.type) {
      case "queued":
        return { status: "queued", ahead: this.#countAhead(job), startsInMs: phase.startsInMs };
      case "running": {
        const { progress, nextStepInMs, step } = phase;
        const preview = await this.#renderWorker.preview(imageOf(job, 0), step / job.steps);
        return { status: "running", progress, nextStepInMs, preview };
      }
      case "finished":
        return { status: "finished", files: await this.#render(job) };
      case "refused":
      case "broken":
      case "canceled":
        return { status: phase.type };
    }
  }

  /** Cancels a job. Returns false if it has already ended otherwise. */
  async cancelJob(jobId: string): Promise<boolean> {
    return this.#file.transact(() => {
      const job = this.#file.findJob(jobId);
      if (job === null) return false;
      const { type } = phaseOf(job, this.#now());
      const isActive = type === "queued" || type === "running";
      if (isActive) this.#file.cancelJob(jobId, this.#now());
      return isActive || type === "canceled";
    });
  }

  /**
   * Finds a job by the customer's reference. `absent` is a promise: a request with this reference that arrives later is
   * refused. `unavailable` if the prompt contains `lost:forever`.
   */
  async findJob(reference: string): Promise<{ readonly jobId: string } | "absent" | "unavailable"> {
    return this.#file.transact(() => {
      const job = this.#file.jobsOfReference(reference)[0];
      if (job === undefined) {
        this.#file.voidReference(reference);
        return "absent";
      }
      return parsePromptDirectives(inputOf(job).prompt).loses === "forever" ? "unavailable" : { jobId: job.id };
    });
  }

  /** All charges, by reference. */
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

  #accept(request: JobRequest, directives: PromptDirectives): JobReply {
    const { reference, orderId, ...input } = request;
    if (this.#file.isVoided(reference)) return { status: "voided" };
    if (directives.isRateLimited && this.#file.countRefusals(orderId) < refusalsPerOrder) {
      this.#file.addRefusal(orderId);
      return { status: "rate_limited", retryAfterMs };
    }
    const isFirst = this.#file.jobsOfOrder(orderId).length === 0;
    const number = this.#file.jobsOfReference(reference).length + 1;
    const job: JobRow = {
      id: `job_${createHash("sha256").update(`${number} ${reference}`).digest("hex").slice(0, 24)}`,
      reference,
      orderId,
      input: JSON.stringify(input),
      fate: fateOf(directives, isFirst),
      steps: request.steps * (directives.isSlow ? 10 : 1),
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

  async #render(job: JobRow): Promise<readonly JobFile[]> {
    const images = Array.from({ length: inputOf(job).count }, (_, index) => imageOf(job, index));
    return Promise.all(images.map((image) => this.#renderFile(image)));
  }

  async #renderFile(image: ImageSpec): Promise<JobFile> {
    const bytes = await this.#renderWorker.render(image, this.#kind);
    return { bytes, poster: this.#kind === "video" ? await this.#renderWorker.render(image) : null };
  }
}

function fateOf({ violatesPolicy, alwaysFails, isFlaky }: PromptDirectives, isFirst: boolean): JobRow["fate"] {
  if (violatesPolicy) return "refuse";
  return alwaysFails || (isFlaky && isFirst) ? "break" : "finish";
}

type JobInput = Omit<JobRequest, "reference" | "orderId">;

function inputOf(job: JobRow): JobInput {
  // `#accept` wrote a value of this type.
  return JSON.parse(job.input) as JobInput;
}

/** One image of a job. Each has its own seed. */
function imageOf(job: JobRow, index: number): ImageSpec {
  const { prompt, seed, size, aspectRatio, inputPlaceholder = null } = inputOf(job);
  return { prompt, seed: (seed ?? 0) + index, size, aspectRatio, inputPlaceholder };
}

function invalidField({ prompt, steps, seed, size, aspectRatio, count }: JobRequest): string | null {
  const isWithin = (value: number, { low, high }: { readonly low: number; readonly high: number }): boolean =>
    Number.isInteger(value) && value >= low && value <= high;
  if (typeof prompt !== "string" || prompt.trim() === "" || prompt.length > 20_000) return "prompt";
  if (!isWithin(steps, { low: 1, high: 30 })) return "steps";
  if (seed !== null && !Number.isSafeInteger(seed)) return "seed";
  if (!isWithin(size, { low: 256, high: 1024 })) return "size";
  if (!isAspectRatio(aspectRatio)) return "aspectRatio";
  return isWithin(count, { low: 1, high: 4 }) ? null : "count";
}
