import type { Json } from "@safelight/client/contract";
import { asRecord } from "../../json/as-record.js";
import { mayReceiveApiKey } from "../kit/request/may-receive-api-key.js";

/** The stored operation of a job. */
export interface BflJob {
  readonly id: string;
  /** A job lives in one region, and only this URL is sure to reach it. `null` if BFL returned no trusted URL. */
  readonly pollingUrl: string | null;
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
}

/** Parses the job of an operation; `null` for an operation of another adapter. */
export function toJob(operation: Json): BflJob | null {
  const { id, pollingUrl, acceptedAt } = asRecord(operation);
  if (typeof id !== "string" || id === "") return null;
  return {
    id,
    pollingUrl: typeof pollingUrl === "string" ? pollingUrl : null,
    acceptedAt: typeof acceptedAt === "number" ? acceptedAt : 0,
  };
}

/**
 * URL that is polled for a job. The API key is sent there, so the host must be BFL's or that of `baseUrl`.
 *
 * @throws for a stored URL on any other host.
 */
export function pollingUrlOf({ id, pollingUrl }: BflJob, baseUrl: string): string {
  const url = new URL(pollingUrl ?? `${baseUrl}/v1/get_result`);
  if (!isTrustedUrl(url.href, baseUrl))
    throw new Error(`Invalid polling URL of BFL's job ${id}: its host is not BFL's, so it gets no API key.`);
  if (!url.searchParams.has("id")) url.searchParams.set("id", id);
  return url.href;
}

/** Returns whether the API key may be sent to a URL from a response. */
export function isTrustedUrl(url: unknown, baseUrl: string): url is string {
  return mayReceiveApiKey(url, { baseUrl, domain: "bfl.ai" });
}
