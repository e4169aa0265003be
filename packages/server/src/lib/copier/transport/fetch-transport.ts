import type { FetchNetwork } from "../copier-deps.js";
import { refuseCopy } from "../policy/refuse-copy.js";
import type { HttpTransport, TransportRequest, TransportResponse } from "./http-transport.js";
import { requestHeaders } from "./request-headers.js";

/**
 * Encodings that Cloudflare Workers decompress without a request to do so. The header stays; the byte limit counts
 * decompressed bytes. A Worker with a compatibility date before `br` returns compressed bytes, which are refused as an
 * invalid image.
 * @see https://developers.cloudflare.com/workers/runtime-apis/fetch/#how-the-accept-encoding-header-is-handled, 2026-11
 */
const decompressedEncodings = ["gzip", "br"];

/**
 * Cloudflare caches a Worker's fetches, 404 included, for three minutes. A missing output is requested again sooner
 * than that. A negative TTL turns the cache off. Other runtimes ignore `cf`.
 * @see https://developers.cloudflare.com/cache/how-to/configure-cache-status-code, 2026-11
 */
const uncached: RequestInit & { readonly cf: object } = { cf: { cacheTtlByStatus: { "100-599": -1 } } };

/** Sends requests with the runtime's `fetch`, for runtimes that cannot reach private networks. */
export function fetchTransport(network: FetchNetwork): HttpTransport {
  return async (request) => {
    const { at, deadline, url } = request;
    const { hostname } = url;
    // Nothing checks addresses here, so none are allowed; Workers could not fetch from one either.
    if (at === "public addresses" && isAddress(hostname)) {
      return refuseCopy("download_failed", { hostname, reason: "is an address; this runtime allows names only" });
    }
    return toTransportResponse(await deadline.wait(send(network, request)));
  };
}

async function send({ fetch }: FetchNetwork, { deadline, headers, url }: TransportRequest): Promise<Response> {
  const { signal } = deadline;
  try {
    return await fetch(url, { ...uncached, headers: requestHeaders(headers), redirect: "manual", signal });
  } catch (cause) {
    // The runtime's message may contain the URL, which may be signed.
    throw new Error("No response.", { cause });
  }
}

/** As `URL` normalizes them: IPv6 in brackets, and every form of IPv4 as four numbers. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d+(\.\d+){3}$/.test(hostname);
}

function toTransportResponse({ body, headers, status }: Response): TransportResponse {
  const encoding = headers.get("content-encoding");
  const length = headers.get("content-length");
  return {
    type: "response",
    status,
    location: headers.get("location"),
    contentType: headers.get("content-type"),
    encoding: encoding !== null && decompressedEncodings.includes(encoding) ? null : encoding,
    contentLength: length === null ? null : Number(length),
    body: body ?? emptyBody(),
    close: () => {
      // The body may be read to its end, or failed.
      body?.cancel().catch(() => undefined);
    },
  };
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
