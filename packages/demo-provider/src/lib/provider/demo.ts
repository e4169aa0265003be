import type { OperationStatus, Provider, SubmitOutcome } from "@safelight/server";
import { checkOptionNames, imagePlaceholder } from "@safelight/server/provider-kit";
import type { AspectRatio } from "../image/crop-to-aspect-ratio.js";
import { openDarkroom } from "../render-worker/darkroom.js";
import { DemoVendor, type JobReply, type JobReport, ReplyLost, type VendorInvoice } from "../vendor/demo-vendor.js";
import { readInputPlaceholder } from "./read-input-placeholder.js";

/** What the demo paints from. The model's schema checks and completes it; what it leaves out has the defaults here. */
export interface DemoInput {
  /** Palette, composition and subject follow its words. At most 20,000 characters. */
  readonly prompt: string;
  /** Developing steps, 1 to 30. @default 8 */
  readonly steps?: number | undefined;
  /** A safe integer: another seed, another picture of the same prompt. @default 0 */
  readonly seed?: number | undefined;
  /** The longer side in pixels, 256 to 1024. @default 512 */
  readonly size?: number | undefined;
  /** Width to height: `1:1`, `3:2`, `2:3`, `16:9` or `9:16`. @default "1:1" */
  readonly aspectRatio?: AspectRatio | undefined;
  /** Pictures, 1 to 4; the model's `outputs` must say the same. @default 1 */
  readonly count?: number | undefined;
  /** The id of an uploaded image that gives the pictures their colors. Needs `sharp`. @default the prompt chooses them */
  readonly image?: string | undefined;
}

/** How the demo works. */
export interface DemoOptions {
  /**
   * Path of the SQLite file in which the demo's vendor keeps what it was asked and what it charges; made when it is
   * missing, in a folder that exists. Put it beside the database, and keep the two together.
   */
  readonly vendorFile: string;
  /** How long one developing step takes, in milliseconds. Minimum 1. @default 400 */
  readonly stepMs?: number;
  /** Epoch milliseconds; for tests. @default the system's time */
  readonly now?: () => number;
}

/** The demo, with what its vendor would tell the host beside the API. */
export interface DemoProvider extends Provider<DemoInput> {
  /** What the vendor charges for, by attempt. More than one job for a reference would be a double payment. */
  invoices(): readonly VendorInvoice[];
  /** Lets go of the vendor's file and ends the thread that paints. A later call opens both again. */
  close(): Promise<void>;
}

/**
 * A provider that needs no key and no network: it queues, paints a picture from the words of the prompt in steps, and
 * shows it developing. With an `image`, the picture has the colors of that image. The same input always gives the same bytes. It paints in a thread of its own, so that the server
 * stays responsive. Needs the `libsql` package, and `sharp` to read input images.
 *
 * Words in the prompt walk the paths that luck decides elsewhere: `fail:policy` (accepted, then refused for its
 * content), `fail:rate` (refused twice for coming too fast, then accepted), `fail:flaky` (breaks once, then succeeds),
 * `fail:always` (breaks at each attempt), `slow` (ten times the steps), `lost` (accepted, the reply lost, found again),
 * `lost:forever` (never found again).
 *
 * @example
 * ```ts
 * const model = defineModel({
 *   provider: demo({ vendorFile: "safelight-demo-vendor.db" }),
 *   input: z.object({ prompt: z.string().min(1).max(2000), steps: z.int().min(1).max(30).default(8) }),
 *   credits: 4,
 * });
 * ```
 * @throws {RangeError} when an option is out of its range.
 */
export function demo(options: DemoOptions): DemoProvider {
  checkOptionNames<DemoOptions>(options, "demo", { vendorFile: "required", stepMs: true, now: true });
  const { stepMs = 400, now = Date.now, vendorFile } = options;
  if (!Number.isSafeInteger(stepMs) || stepMs < 1) throw new RangeError("stepMs must be an integer ≥ 1");
  const darkroom = openDarkroom();
  const vendor = new DemoVendor({ vendorFile, darkroom, stepMs, now });
  return {
    id: "demo",
    capabilities: { resumable: true, cancel: true, webhook: false, progress: true, partials: true },
    submit: async ({ input, token, generationId, images }) => {
      const { prompt, steps = 8, seed = null, size = 512, aspectRatio = "1:1", count = 1, image } = input;
      const read =
        image === undefined ? null : await readInputPlaceholder(image, { images, placeholderOf: imagePlaceholder });
      if (read !== null && "failure" in read) return { type: "rejected", failure: read.failure };
      const request = {
        reference: token,
        orderId: generationId,
        prompt,
        steps,
        seed,
        size,
        aspectRatio,
        count,
        ...read,
      };
      try {
        return toOutcome(await vendor.createJob(request));
      } catch (error) {
        if (error instanceof ReplyLost) return { type: "unknown", reason: error.message };
        throw error;
      }
    },
    poll: async (operation) => {
      const jobId = jobIdOf(operation);
      return toStatus(jobId === null ? null : await vendor.readJob(jobId));
    },
    cancel: async (operation) => {
      const jobId = jobIdOf(operation);
      return jobId !== null && (await vendor.cancelJob(jobId)) ? "canceled" : "too_late";
    },
    findByToken: async (token) => {
      const found = await vendor.findJob(token);
      if (found === "absent") return { type: "absent" };
      return found === "unavailable" ? { type: "unknown" } : { type: "found", operation: { jobId: found.jobId } };
    },
    invoices: () => vendor.invoices(),
    close: async () => {
      vendor.close();
      await darkroom.close();
    },
  };
}

function jobIdOf(operation: unknown): string | null {
  if (typeof operation !== "object" || operation === null || !("jobId" in operation)) return null;
  return typeof operation.jobId === "string" ? operation.jobId : null;
}

function toOutcome(reply: JobReply): SubmitOutcome {
  switch (reply.status) {
    case "accepted":
      return { type: "accepted", operation: { jobId: reply.jobId } };
    case "invalid":
      return { type: "rejected", failure: { code: "invalid_input", message: `The vendor refused ${reply.field}.` } };
    case "too_fast": {
      const { retryAfterMs } = reply;
      const message = "The vendor gets too many requests.";
      return { type: "rejected", failure: { code: "rate_limited", message, retryAfterMs } };
    }
    case "voided": {
      const message = "The vendor had said that there is no job for this token, and keeps to it.";
      return { type: "rejected", failure: { code: "provider_unavailable", message } };
    }
  }
}

function toStatus(report: JobReport | null): OperationStatus {
  if (report === null) {
    return { type: "failed", failure: { code: "job_lost", message: "The vendor knows no such job." } };
  }
  switch (report.status) {
    case "queued":
      return { type: "queued", queuePosition: report.ahead, pollAfterMs: report.startsInMs };
    case "developing": {
      const { progress, preview, nextStepInMs } = report;
      const running = { type: "running", progress, pollAfterMs: nextStepInMs } as const;
      return preview === null ? running : { ...running, preview: { bytes: preview, contentType: "image/png" } };
    }
    case "finished":
      return { type: "done", outputs: report.pictures.map((bytes) => ({ bytes, contentType: "image/png" })) };
    case "refused":
      return {
        type: "failed",
        failure: { code: "content_blocked", message: "The vendor's filter refused the content." },
      };
    case "broken":
      return {
        type: "failed",
        failure: { code: "provider_error", message: "The vendor's machine broke down.", retryable: true },
      };
    case "canceled":
      return { type: "canceled" };
  }
}
