import type { Json } from "@safelight/client/contract";
import { isTrustedWithKey } from "../kit/request/trusted-with-key.js";
import { fieldsOf } from "../kit/request/vendor-json.js";

/** A job as it is kept: all that is needed to find it again. */
export interface BflJob {
  readonly id: string;
  /** A job lives in one region, and only this URL is sure to lead there; `null` where the vendor named none. */
  readonly pollingUrl: string | null;
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
}

/** The job of an operation; `null` when it is another adapter's. */
export function toJob(operation: Json): BflJob | null {
  const { id, pollingUrl, acceptedAt } = fieldsOf(operation);
  if (typeof id !== "string" || id === "") return null;
  return {
    id,
    pollingUrl: typeof pollingUrl === "string" ? pollingUrl : null,
    acceptedAt: typeof acceptedAt === "number" ? acceptedAt : 0,
  };
}

/**
 * Where a job is asked after. The key goes there, so it must be a host of the vendor, or the one that was configured.
 *
 * @throws when the kept URL is anywhere else.
 */
export function pollingUrlOf({ id, pollingUrl }: BflJob, baseUrl: string): string {
  const url = new URL(pollingUrl ?? `${baseUrl}/v1/get_result`);
  if (!mayGetKey(url.href, baseUrl))
    throw new Error(`BFL's job ${id} is said to be at a host that is not BFL's: it gets no key.`);
  if (!url.searchParams.has("id")) url.searchParams.set("id", id);
  return url.href;
}

/** Tells whether a URL out of a reply may be given the key. */
export function mayGetKey(url: unknown, baseUrl: string): url is string {
  return isTrustedWithKey(url, baseUrl, "bfl.ai");
}
