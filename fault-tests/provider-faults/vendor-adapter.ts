import type { Json } from "@safelight/client/contract";
import type { ProviderErrorCode } from "../../packages/server/src/lib/generation/provider-failure.js";
import type { OperationStatus, Provider, SubmitOutcome } from "../../packages/server/src/lib/ports/provider.js";
import { isUnreachable } from "../../packages/server/src/lib/provider/kit/failures/is-unreachable.js";

/** A job in the vendor's responses. They repeat the token, so that a response for another job is detected. */
interface Job {
  readonly id: string;
  readonly token: string;
  readonly status: string;
  readonly progress: number;
  readonly outputs: number;
}

const maxBytes = 1_048_576;

/** Error codes of statuses that definitely refuse the paid request. */
const refusals: Readonly<Record<number, ProviderErrorCode>> = {
  400: "invalid_input",
  401: "unauthenticated",
  402: "insufficient_credit",
  404: "not_found",
  422: "invalid_input",
  429: "rate_limited",
};

/** An adapter as a host would write it: plain `fetch`, one request per call, and every response is validated. */
export function vendorAdapter(options: {
  readonly url: string;
  readonly fetch: typeof fetch;
  /** Timeout of a response, including its body. */
  readonly timeoutMs: number;
  /** Receives the path of a request that reached this timeout. */
  readonly onTimeout: (path: string) => void;
}): Provider<unknown> {
  const send = async (path: string, init: RequestInit = {}): Promise<VendorResponse> => {
    const signal = AbortSignal.timeout(options.timeoutMs);
    try {
      const response = await options.fetch(`${options.url}${path}`, { ...init, signal });
      return { response, bytes: await readCapped(response) };
    } catch (error) {
      if (signal.aborted) options.onTimeout(path);
      throw error;
    }
  };

  return {
    id: "vendor",
    capabilities: { resumable: true, cancel: true, webhook: false, progress: true, previews: false },

    async submit({ generationId, token }): Promise<SubmitOutcome> {
      let received: VendorResponse;
      try {
        received = await send("/jobs", { method: "POST", body: JSON.stringify({ generationId, token }) });
      } catch (error) {
        // Only a request that never reached the vendor is definitely refused.
        if (!isUnreachable(error)) throw error;
        return { type: "rejected", failure: { code: "provider_unavailable", message: "The connection was refused." } };
      }
      const { status, headers } = received.response;
      const code = refusals[status];
      if (code !== undefined) {
        const retryAfterMs = Number(headers.get("retry-after") ?? 0) * 1_000;
        return { type: "rejected", failure: { code, message: `The vendor responded with ${status}.`, retryAfterMs } };
      }
      const job = toJob(received);
      if (job.token !== token) return { type: "unknown", reason: "The response belongs to another job." };
      return { type: "accepted", operation: { id: job.id, token } };
    },

    async poll(operation, { token }): Promise<OperationStatus> {
      const { id } = parseOperation(operation);
      const received = await send(`/jobs/${id}`);
      if (received.response.status === 404) {
        return { type: "failed", failure: { code: "job_lost", message: "The vendor does not know the job." } };
      }
      const job = toJob(received);
      if (job.token !== token) throw new Error("The response belongs to another job.");
      if (job.status === "queued") return { type: "queued", queuePosition: null, pollAfterMs: 1_000 };
      if (job.status !== "succeeded") return { type: "running", progress: job.progress, pollAfterMs: 1_000 };
      if (job.outputs === 0) return { type: "done", outputs: [] };
      return resultOf(() => send(`/jobs/${id}/result`));
    },

    async cancel(operation) {
      const { id, token } = parseOperation(operation);
      const job = toJob(await send(`/jobs/${id}/cancel`, { method: "POST" }));
      if (job.token !== token) throw new Error("The response belongs to another job.");
      return job.status === "canceled" ? "canceled" : "too_late";
    },

    async findByToken(token) {
      const { response, bytes } = await send(`/jobs?token=${token}`);
      if (!response.ok) return { type: "unknown" };
      const { jobs } = parse(bytes) as { readonly jobs?: readonly Job[] };
      if (!Array.isArray(jobs)) return { type: "unknown" };
      const [job] = jobs;
      if (job === undefined) return { type: "absent" };
      return job.token === token ? { type: "found", operation: { id: job.id, token } } : { type: "unknown" };
    },
  };
}

interface VendorResponse {
  readonly response: Response;
  readonly bytes: Uint8Array;
}

async function resultOf(download: () => Promise<VendorResponse>): Promise<OperationStatus> {
  const failed = (code: ProviderErrorCode, message: string): OperationStatus => ({
    type: "failed",
    failure: { code, message },
  });
  try {
    const { response, bytes } = await download();
    if (response.status === 404) return failed("result_expired", "The result has expired.");
    if (!response.ok) return failed("download_failed", `The vendor responded with ${response.status}.`);
    return { type: "done", outputs: [{ bytes, contentType: response.headers.get("content-type") ?? "" }] };
  } catch (error) {
    if (error instanceof TooLarge) return failed("output_rejected", error.message);
    return failed("download_failed", String(error));
  }
}

class TooLarge extends Error {
  override readonly name = "TooLarge";
}

async function readCapped({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of body ?? []) {
    byteLength += chunk.byteLength;
    if (byteLength > maxBytes) throw new TooLarge(`The response exceeds ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toJob({ response, bytes }: VendorResponse): Job {
  if (!response.ok) throw new Error(`The vendor responded with ${response.status}.`);
  const job = parse(bytes) as Partial<Job>;
  if (typeof job.id !== "string") throw new Error("The vendor's response is not a job.");
  return { id: job.id, token: "", status: "running", progress: 0, outputs: 0, ...job };
}

function parse(bytes: Uint8Array): object {
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (typeof value !== "object" || value === null) throw new Error("The vendor's response is not an object.");
  return value;
}

function parseOperation(operation: Json): { readonly id: string; readonly token: string } {
  // `submit` and `findByToken` return it.
  return operation as { readonly id: string; readonly token: string };
}
