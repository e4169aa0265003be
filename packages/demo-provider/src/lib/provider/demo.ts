import type { InputFiles, OperationStatus, Provider, SubmitOutcome } from "@safelight/server";
import { checkOptionNames, imagePlaceholder, type ProviderLimits, resolveLimits } from "@safelight/server/provider-kit";
import type { AspectRatio } from "../image/crop-to-aspect-ratio.js";
import { createRenderWorker } from "../render-worker/render-worker.js";
import { DemoVendor, type JobReply, type JobReport, ReplyLost, type VendorInvoice } from "../vendor/demo-vendor.js";
import { readClipPlaceholder } from "./read-clip-placeholder.js";
import { readInputPlaceholder } from "./read-input-placeholder.js";

/** Input of the demo provider. The model's schema validates it; fields that are missing have the defaults here. */
export interface DemoInput {
  /** Its words select palette, composition and subject. Max 20,000 characters. */
  readonly prompt: string;
  /** Steps of the job, 1 to 30. @default 8 */
  readonly steps?: number | undefined;
  /** A safe integer. Another seed gives another image of the same prompt. @default 0 */
  readonly seed?: number | undefined;
  /** The longer side in pixels, 256 to 1024. @default 512 */
  readonly size?: number | undefined;
  /** Width to height: `1:1`, `3:2`, `2:3`, `16:9` or `9:16`. @default "1:1" */
  readonly aspectRatio?: AspectRatio | undefined;
  /** Number of files, 1 to 4. The model's `outputs` must be the same. @default 1 */
  readonly count?: number | undefined;
  /**
   * Id of an uploaded image, whose colors the images get. A video begins with it. Needs `sharp`. A video is refused: use `clip`.
   * @default the prompt selects the colors
   */
  readonly image?: string | undefined;
  /**
   * Id of an uploaded video or audio file of at most 64 MiB, whose bytes select the colors: the demo decodes none. A video begins
   * with them. Not together with `image`.
   * @default the prompt selects the colors
   */
  readonly clip?: string | undefined;
}

/** Options of the demo provider. */
export interface DemoOptions {
  /**
   * Path of the SQLite file in which the demo's vendor stores its jobs and charges. It is created if it is missing; its
   * folder must exist. Keep it with the database, in backups too. Several providers of one process may share it.
   */
  readonly vendorFile: string;
  /**
   * Kind of the files. `"video"`: an MP4 of three seconds, 320 pixels wide, in which the image develops. `"audio"`: a WAV of four
   * seconds with the sounds of the place. The model's `kind` must be the same.
   * @default "image"
   */
  readonly kind?: "image" | "video" | "audio";
  /**
   * Limits of the demo's vendor, which renders one job at a time and queues the others. With limits, they wait on the server.
   * @default no limits
   */
  readonly limits?: ProviderLimits;
  /** Duration of one step, in milliseconds. Minimum 1. @default 400 */
  readonly stepMs?: number;
  /** Epoch milliseconds; for tests. @default `Date.now` */
  readonly now?: () => number;
}

/** The demo provider, with the vendor's account of its charges. */
export interface DemoProvider extends Provider<DemoInput> {
  /** The charges by attempt: `reference` is its token. More than one job for a reference is a double payment. */
  invoices(): readonly VendorInvoice[];
  /** Closes the vendor's file and ends the render thread. A later call starts both again. */
  close(): Promise<void>;
}

/**
 * A provider that needs no API key and no network. It queues a job, paints an image from the words of the prompt in
 * steps, and shows previews. With an `image`, the output has the colors of that image. The same input gives the same
 * bytes. It paints in its own thread, so that the server stays responsive. Needs the `libsql` package, and `sharp` to
 * read input images.
 *
 * Words in the prompt trigger behavior that depends on luck elsewhere: `fail:policy` (accepted, then refused for its
 * content), `fail:rate` (rate limited twice, then accepted), `fail:flaky` (fails once, then succeeds), `fail:always`
 * (fails at each attempt), `slow` (ten times the steps), `lost` (accepted, but the response is lost; found later),
 * `lost:forever` (never found).
 *
 * @example
 * ```ts
 * const model = defineModel({
 *   provider: demo({ vendorFile: "safelight-demo-vendor.db" }),
 *   input: z.object({ prompt: z.string().min(1).max(2000), steps: z.int().min(1).max(30).default(8) }),
 *   credits: 4,
 * });
 * ```
 * @throws {RangeError} if `stepMs` is out of range, or `kind` is unknown.
 * @throws {TypeError} for an unknown or missing option.
 */
export function demo(options: DemoOptions): DemoProvider {
  checkOptionNames<DemoOptions>(options, {
    where: "demo",
    names: { vendorFile: "required", kind: true, limits: true, stepMs: true, now: true },
  });
  const { kind = "image", limits, stepMs = 400, now = Date.now, vendorFile } = options;
  if (!Object.hasOwn(contentTypes, kind)) throw new RangeError('kind must be "image", "video" or "audio"');
  if (!Number.isSafeInteger(stepMs) || stepMs < 1) throw new RangeError("stepMs must be an integer ≥ 1");
  const renderWorker = createRenderWorker();
  const vendor = new DemoVendor({ vendorFile, renderWorker, stepMs, now, kind });
  return {
    id: "demo",
    digitalSourceType: "algorithmicMedia",
    limits: resolveLimits(limits, { key: "demo" }),
    capabilities: { resumable: true, cancel: true, webhook: false, progress: true, previews: true },
    submit: async ({ input, token, generationId, files }) => {
      const { prompt, steps = 8, seed = null, size = 512, aspectRatio = "1:1", count = 1 } = input;
      const read = await readInput(input, files);
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
      return toStatus(jobId === null ? null : await vendor.readJob(jobId), contentTypes[kind]);
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
      await renderWorker.close();
    },
  };
}

/** `null` without an input file. */
async function readInput({ clip, image }: DemoInput, files: InputFiles) {
  if (clip !== undefined && image !== undefined) {
    const message = "The input has an image and a clip: use one of them.";
    return { failure: { code: "invalid_input", message } } as const;
  }
  if (clip !== undefined) return readClipPlaceholder(clip, files);
  if (image === undefined) return null;
  return readInputPlaceholder(image, { files, placeholderOf: imagePlaceholder });
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
    case "rate_limited": {
      const { retryAfterMs } = reply;
      const message = "The vendor received too many requests.";
      return { type: "rejected", failure: { code: "rate_limited", message, retryAfterMs } };
    }
    case "voided": {
      const message = "The vendor reported this token as absent, so it refuses the request.";
      return { type: "rejected", failure: { code: "provider_unavailable", message } };
    }
  }
}

const contentTypes = { image: "image/png", video: "video/mp4", audio: "audio/wav" } as const;

function toStatus(report: JobReport | null, contentType: string): OperationStatus {
  if (report === null) {
    return { type: "failed", failure: { code: "job_lost", message: "The vendor has no job with this id." } };
  }
  switch (report.status) {
    case "queued":
      return { type: "queued", queuePosition: report.ahead, pollAfterMs: report.startsInMs };
    case "running": {
      const { progress, preview, nextStepInMs } = report;
      const running = { type: "running", progress, pollAfterMs: nextStepInMs } as const;
      return preview === null ? running : { ...running, preview: { bytes: preview, contentType: "image/png" } };
    }
    case "finished":
      return {
        type: "done",
        outputs: report.files.map(({ bytes, poster }) => ({
          bytes,
          contentType,
          ...(poster && { poster: { bytes: poster, contentType: "image/png" } }),
        })),
      };
    case "refused":
      return {
        type: "failed",
        failure: { code: "content_blocked", message: "The vendor's filter refused the content." },
      };
    case "broken":
      return {
        type: "failed",
        failure: { code: "provider_error", message: "The vendor could not run the job.", retryable: true },
      };
    case "canceled":
      return { type: "canceled" };
  }
}
