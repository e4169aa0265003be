import type { FetchGround } from "../copier-ground.js";
import { refuse } from "../policy/refuse.js";
import type { Answer, Ask, Question } from "./ask.js";
import { headersOfGet } from "./headers-of-get.js";

/**
 * Encodings that Cloudflare Workers decompress without a request to do so. The header stays; the byte limit counts
 * decompressed bytes. A Worker with a compatibility date before `br` returns compressed bytes, which are refused as an
 * invalid image.
 * @see https://developers.cloudflare.com/workers/runtime-apis/fetch/#how-the-accept-encoding-header-is-handled, 2026-11
 */
const unpacked = ["gzip", "br"];

/**
 * Cloudflare caches a Worker's fetches, 404 included, for three minutes. A missing output is requested again sooner
 * than that. A negative TTL turns the cache off. Other runtimes ignore `cf`.
 * @see https://developers.cloudflare.com/cache/how-to/configure-cache-status-code, 2026-11
 */
const uncached: RequestInit & { readonly cf: object } = { cf: { cacheTtlByStatus: { "100-599": -1 } } };

/** Sends requests by the runtime's `fetch`, for runtimes that cannot reach private networks. */
export function askByFetch(ground: FetchGround): Ask {
  return async (question) => {
    const { at, patience, url } = question;
    // Nothing checks addresses here, so none are allowed; Workers could not fetch from one either.
    if (at === "public addresses" && isAddress(url.hostname)) {
      return refuse("download_failed", url.hostname, "is an address, and names alone are asked here");
    }
    return toAnswer(await patience.wait(send(ground, question)));
  };
}

async function send({ fetch }: FetchGround, { headers, patience, url }: Question): Promise<Response> {
  const { signal } = patience;
  try {
    return await fetch(url, { ...uncached, headers: headersOfGet(headers), redirect: "manual", signal });
  } catch (cause) {
    // The runtime's message may contain the URL, which may be signed.
    throw new Error("There was no answer.", { cause });
  }
}

/** As `URL` normalizes them: IPv6 in brackets, and every form of IPv4 as four numbers. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d+(\.\d+){3}$/.test(hostname);
}

function toAnswer({ body, headers, status }: Response): Answer {
  const encoding = headers.get("content-encoding");
  const length = headers.get("content-length");
  return {
    type: "answered",
    status,
    location: headers.get("location"),
    contentType: headers.get("content-type"),
    encoding: encoding !== null && unpacked.includes(encoding) ? null : encoding,
    announcedBytes: length === null ? null : Number(length),
    body: body ?? nothing(),
    close: () => {
      // The body may be read to its end, or failed.
      body?.cancel().catch(() => undefined);
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
