import { AwsV4Signer } from "aws4fetch";

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
  readonly body?: Uint8Array<ArrayBuffer>;
}

/** Signed requests to a bucket. */
export interface BucketRequests {
  /**
   * Sends a request once.
   *
   * @throws when there is no answer.
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

  return {
    async send({ action, method, url, headers = {}, body }) {
      const signed = await new AwsV4Signer({ ...signer, method, url, headers, datetime: toAmazonTime(now()) }).sign();
      const { fetch = globalThis.fetch } = options;
      try {
        // A redirect leads to another host, for which nothing here is signed.
        return await fetch(url, { method, headers: signed.headers, body: body ?? null, redirect: "manual" });
      } catch (cause) {
        throw new Error(`Bucket "${bucket}" could not be reached to ${action}: ${String(cause)}.`, { cause });
      }
    },

    async signUrl(url, { signedAt, lifetimeSeconds }) {
      url.searchParams.set("X-Amz-Expires", String(lifetimeSeconds));
      const datetime = toAmazonTime(signedAt);
      return (await new AwsV4Signer({ ...signer, url: url.href, datetime, signQuery: true }).sign()).url.href;
    },
  };
}

/** `20261126T120000Z` */
function toAmazonTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replaceAll(/[:-]|\.\d{3}/g, "");
}
