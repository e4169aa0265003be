import type { Json } from "@safelight/client/contract";
import type { CancelOutcome, Provider, ProviderOutput } from "../../packages/server/src/lib/ports/provider.js";
import { requestedMedia } from "../../packages/server/testing/media/requested-media.js";
import { machineTimeMs } from "./kill-points.js";
import { clipPath } from "./vendor-clips.js";

/**
 * The adapter for the vendor, over real HTTP.
 *
 * @param options.cancels whether it can cancel a job.
 * @param options.maxAgeMs how long ago the start of a request may have been counted; 0 by default.
 * @param options.onTaken called when the vendor has accepted a job and its response is not read yet: `P6`.
 */
export function vendorProvider(options: {
  readonly url: string;
  readonly cancels?: boolean;
  readonly maxAgeMs?: () => number;
  readonly onTaken: () => void;
}): Provider<unknown> {
  const { cancels = false, maxAgeMs = () => 0, onTaken, url } = options;
  const getJob = (token: string) => fetch(`${url}/jobs/${token}`, { signal: AbortSignal.timeout(60_000) });
  /** A video is a link, which the worker copies; an image is in the response. */
  const outputOf = (input: unknown, token: string): ProviderOutput => {
    const media = requestedMedia(input);
    return media.contentType === "video/mp4" ? { url: `${url}${clipPath(token)}` } : media;
  };
  return {
    id: "vendor",
    mediaHosts: [url],
    capabilities: { resumable: true, cancel: cancels, webhook: false, progress: false, previews: false },
    async submit({ generationId, input, token, attempt }) {
      const response = await fetch(`${url}/jobs`, {
        method: "POST",
        body: JSON.stringify({ generationId, token, attempt, sentAt: machineTimeMs(), maxAgeMs: maxAgeMs() }),
      });
      if (response.status === 409) {
        return {
          type: "rejected",
          failure: { code: "provider_error", message: "A lookup reported the job as absent." },
        };
      }
      if (response.status === 429) {
        const retryAfterMs = Number(response.headers.get("retry-after-ms"));
        return { type: "rejected", failure: { code: "rate_limited", message: "Too many requests.", retryAfterMs } };
      }
      onTaken();
      if (response.status === 200) return { type: "done", outputs: [outputOf(input, token)] };
      return { type: "accepted", operation: (await response.json()) as Json };
    },
    async poll(operation, { input }) {
      // `submit` and `findByToken` return it.
      const { token } = operation as { readonly token: string };
      const status = (await (await getJob(token)).json()) as { readonly done: boolean; readonly canceled: boolean };
      const { canceled, done } = status;
      if (canceled) return { type: "canceled" };
      if (!done) return { type: "running", progress: null, pollAfterMs: 40 };
      const output = outputOf(input, token);
      return { type: "done", outputs: [output, output] };
    },
    async cancel(operation, { signal }) {
      // As above.
      const { token } = operation as { readonly token: string };
      const response = await fetch(`${url}/jobs/${token}`, { method: "DELETE", signal });
      return ((await response.json()) as { readonly outcome: CancelOutcome }).outcome;
    },
    async findByToken(token) {
      const response = await getJob(token);
      if (response.status === 404) return { type: "absent" };
      return response.ok ? { type: "found", operation: { token } } : { type: "unknown" };
    },
  };
}
