import { errorLine } from "../../ports/error-text.js";
import { importPeer } from "../../process/import-peer.js";
import { loadEarly } from "../../process/load-early.js";

/** Credentials and transport of requests to a bucket. */
export interface RequestOptions {
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => number;
}

/** A request before it is signed. */
export interface BucketRequest {
  /** The action, for messages, such as `"put an object"`. */
  readonly action: string;
  readonly method: "GET" | "PUT" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Streamed with its length. */
  readonly body?: Blob;
  /** Aborts the request. */
  readonly signal?: AbortSignal | undefined;
}

/** Signed requests to a bucket. */
export interface BucketRequests {
  /**
   * Sends a request once.
   *
   * @throws when there is no response, and the signal's reason once it aborts.
   */
  send(request: BucketRequest): Promise<Response>;
  /** A URL that reads an object for `lifetimeSeconds` from `signedAt`, in epoch milliseconds. */
  signUrl(url: URL, span: { readonly signedAt: number; readonly lifetimeSeconds: number }): Promise<string>;
}

/** Signs requests to a bucket with AWS Signature Version 4. */
export function createBucketRequests(options: RequestOptions): BucketRequests {
  const { bucket, region, accessKeyId, secretAccessKey, sessionToken, now = Date.now } = options;
  const signer = {
    service: "s3",
    region,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
  };

  loadEarly(loadSigner);

  return {
    async send({ action, method, url, headers = {}, body, signal }) {
      const { AwsV4Signer } = await loadSigner();
      const signed = await new AwsV4Signer({ ...signer, method, url, headers, datetime: toAmazonTime(now()) }).sign();
      const { fetch = globalThis.fetch } = options;
      signal?.throwIfAborted();
      try {
        const init = { method, headers: signed.headers, body: body ?? null, ...(signal && { signal }) };
        return await fetch(url, { ...init, ...onRedirect(body) });
      } catch (cause) {
        signal?.throwIfAborted();
        throw new Error(`Bucket "${bucket}" could not be reached to ${action}: ${errorLine(cause)}.`, { cause });
      }
    },

    async signUrl(url, { signedAt, lifetimeSeconds }) {
      url.searchParams.set("X-Amz-Expires", String(lifetimeSeconds));
      const datetime = toAmazonTime(signedAt);
      const { AwsV4Signer } = await loadSigner();
      return (await new AwsV4Signer({ ...signer, url: url.href, datetime, signQuery: true }).sign()).url.href;
    },
  };
}

function loadSigner() {
  return importPeer("aws4fetch", () => import("aws4fetch"));
}

/** Max size of a body that `fetch` may keep in memory a second time, in bytes. */
const maxBufferedBytes = 1_048_576;

/**
 * How `fetch` handles a redirect. Our signature is not valid for the other host. A readable redirect names the region
 * of the bucket.
 *
 * The `fetch` of Node.js keeps the whole body in memory for a request that it might have to resend. It streams the body
 * only if nothing could require that: no redirect, and no window. Cloudflare Workers do not support `error`.
 * @see https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 8.1, 2026-11
 */
function onRedirect(body: Blob | undefined): Pick<RequestInit, "redirect" | "window"> {
  const isLarge = body !== undefined && body.size > maxBufferedBytes;
  return isLarge && isNode(globalThis) ? { redirect: "error", window: null } : { redirect: "manual" };
}

/** Detects Node.js by the version of undici, the client behind its `fetch`. On Workers the version is empty. */
function isNode({ process }: { readonly process?: { readonly versions?: Versions } }): boolean {
  return (process?.versions?.undici ?? "") !== "";
}

type Versions = Readonly<Record<string, string | undefined>>;

/** `20261126T120000Z` */
function toAmazonTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replaceAll(/[:-]|\.\d{3}/g, "");
}
