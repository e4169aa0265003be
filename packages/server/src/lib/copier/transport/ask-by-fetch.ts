import type { FetchGround } from "../copier-ground.js";
import { refuse } from "../policy/refuse.js";
import type { Answer, Ask, Question } from "./ask.js";
import { headersOfGet } from "./headers-of-get.js";

/**
 * What Cloudflare Workers unpack by themselves, though nobody asked for it. The header stays; what is counted is what
 * came out. Where a Worker is too old for `br`, the bytes are no picture, and are refused for that.
 * @see https://developers.cloudflare.com/workers/runtime-apis/fetch/#how-the-accept-encoding-header-is-handled, 2026-11
 */
const unpacked = ["gzip", "br"];

/**
 * Cloudflare keeps what a Worker fetches, a 404 too, for three minutes: longer than one that is gone is asked for again.
 * A negative time keeps nothing. Other runtimes know no `cf`.
 * @see https://developers.cloudflare.com/cache/how-to/configure-cache-status-code, 2026-11
 */
const uncached: RequestInit & { readonly cf: object } = { cf: { cacheTtlByStatus: { "100-599": -1 } } };

/** Asks by the runtime's own `fetch`, where that leads to no private network. */
export function askByFetch(ground: FetchGround): Ask {
  return async (question) => {
    const { at, patience, url } = question;
    // Nobody looks at addresses here, so that none may be named; where this runs, none could be fetched from either.
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
    // The words are the runtime's own, and may hold the URL, which may be signed.
    throw new Error("There was no answer.", { cause });
  }
}

/** As `URL` spells them: of version 6 in brackets, of version 4 with four numbers, whatever they were before. */
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
      // It may have been read to its end, or broken.
      body?.cancel().catch(() => undefined);
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
