import type { CopyOutcome, CopyRequest } from "../ports/media-copier.js";
import type { CopierGround } from "./copier-ground.js";
import { Patience } from "./policy/patience.js";
import { refuse } from "./policy/refuse.js";
import type { Ask } from "./transport/ask.js";
import { visitUrl } from "./visit-url.js";

const maxRedirects = 3;

/** Dependencies and limits of {@link followLink}. */
export interface Following extends Pick<CopierGround, "clock" | "headersMs" | "idleMs" | "spool" | "totalMs"> {
  readonly ask: Ask;
}

/**
 * Downloads a link. Follows up to three redirects, each checked like the link itself.
 *
 * @throws for failures that a retry may fix: the reason of the request's signal once it aborts, or an error that names
 * the host.
 */
export async function followLink(following: Following, request: CopyRequest): Promise<CopyOutcome> {
  const { ask, clock, headersMs, idleMs, spool, totalMs } = following;
  const { hosts, maxBytes, signal } = request;
  const patience = new Patience(clock, { signal, totalMs });
  let url: URL | null = null;
  let to = request.url;
  // A redirect leads to a host of the vendor's choice, and these headers may contain the vendor's key.
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

/** The error of a connection that failed at several addresses has a code and no message. */
function wordsOf(reason: unknown): string {
  if (reason instanceof Error && reason.message !== "") return reason.message;
  return reason instanceof Error && "code" in reason ? String(reason.code) : String(reason);
}
