import type { CopyOutcome, CopyRequest } from "../ports/media-copier.js";
import type { CopierGround } from "./copier-ground.js";
import { Patience } from "./policy/patience.js";
import { refuse } from "./policy/refuse.js";
import type { Ask } from "./transport/ask.js";
import { visitUrl } from "./visit-url.js";

const maxRedirects = 3;

/** What a link is followed with. */
export interface Following extends Pick<CopierGround, "clock" | "headersMs" | "idleMs" | "spool" | "totalMs"> {
  readonly ask: Ask;
}

/**
 * Copies what a link leads to, over a few redirects, each of which is checked like the link itself.
 *
 * @throws when it may go better another time: the reason of the request's signal once that is aborted, or an error
 * that names the host.
 */
export async function followLink(following: Following, request: CopyRequest): Promise<CopyOutcome> {
  const { ask, clock, headersMs, idleMs, spool, totalMs } = following;
  const { hosts, maxBytes, signal } = request;
  const patience = new Patience(clock, { signal, totalMs });
  let url: URL | null = null;
  let to = request.url;
  // A redirect leads to whom the vendor chose, and these may hold the vendor's key.
  let headers = request.headers ?? {};
  try {
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      if (!URL.canParse(to, url?.href)) return refuse("download_failed", url?.hostname, "gave what is no URL");
      url = new URL(to, url?.href);
      const outcome = await visitUrl(ask, url, { headers, headersMs, hosts, idleMs, maxBytes, patience, spool });
      if (outcome.type !== "redirected") return outcome;
      to = outcome.to;
      headers = {};
    }
    return refuse("download_failed", url?.hostname, `redirected more than ${maxRedirects} times`);
  } catch (cause) {
    signal.throwIfAborted();
    const reason = patience.signal.aborted ? patience.signal.reason : cause;
    throw new Error(`Copying from ${url?.hostname} did not work: ${wordsOf(reason)}`, { cause });
  } finally {
    patience.end();
  }
}

/** Where several addresses of one name were tried in vain, there is a code and no message. */
function wordsOf(reason: unknown): string {
  if (reason instanceof Error && reason.message !== "") return reason.message;
  return reason instanceof Error && "code" in reason ? String(reason.code) : String(reason);
}
