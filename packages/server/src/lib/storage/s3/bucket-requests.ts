import { errorLine } from "../../ports/error-text.js";
import { importPeer } from "../../process/import-peer.js";
import { loadEarly } from "../../process/load-early.js";

/** Who asks, and how. */
export interface RequestOptions {
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => number;
}

/** One request before it is signed. */
export interface BucketRequest {
  /** What is done, for messages, such as `"put an object"`. */
  readonly action: string;
  readonly method: "GET" | "PUT" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent with its length, as it is read. */
  readonly body?: Blob;
  /** Breaks it off. */
  readonly signal?: AbortSignal | undefined;
}

/** Signed requests to a bucket. */
export interface BucketRequests {
  /**
   * Sends a request once.
   *
   * @throws when there is no answer, and the reason of its signal once that is aborted.
   */
  send(request: BucketRequest): Promise<Response>;
  /** A URL that reads an object for `lifetimeSeconds` from `signedAt` on, which is epoch milliseconds. */
  signUrl(url: URL, span: { readonly signedAt: number; readonly lifetimeSeconds: number }): Promise<string>;
}

/** Signs what goes to a bucket, by version 4 of Amazon's signatures. */
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

/** A body up to here may be held twice. */
const mostBytesHeldTwice = 1_048_576;

/**
 * What is done about a redirect, which leads to another host, for which nothing here is signed. Where it can be read, it
 * says where the bucket is.
 *
 * The `fetch` of Node.js holds the whole body in memory for a request that it might have to send again, and does so unless
 * nothing could ask for that: no redirect, and no window. Cloudflare Workers do not take `error`.
 * @see https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 8.1, 2026-11
 */
function onRedirect(body: Blob | undefined): Pick<RequestInit, "redirect" | "window"> {
  const isLarge = body !== undefined && body.size > mostBytesHeldTwice;
  return isLarge && isNode(globalThis) ? { redirect: "error", window: null } : { redirect: "manual" };
}

/** By the client that its `fetch` is made of. On Workers the version is empty. */
function isNode({ process }: { readonly process?: { readonly versions?: Versions } }): boolean {
  return (process?.versions?.undici ?? "") !== "";
}

type Versions = Readonly<Record<string, string | undefined>>;

/** `20261126T120000Z` */
function toAmazonTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replaceAll(/[:-]|\.\d{3}/g, "");
}
