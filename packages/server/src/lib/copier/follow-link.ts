import { FullFolderError } from "../ports/body-spool.js";
import type { CopyOutcome, CopyRequest } from "../ports/media-copier.js";
import type { CopierDeps } from "./copier-deps.js";
import { CopyDeadline } from "./policy/copy-deadline.js";
import { refuseCopy } from "./policy/refuse-copy.js";
import { requestUrl } from "./request-url.js";
import type { HttpTransport } from "./transport/http-transport.js";

const maxRedirects = 3;

/** Dependencies and limits of {@link followLink}. */
export interface FollowLinkDeps extends Pick<CopierDeps, "clock" | "headersMs" | "idleMs" | "spool" | "totalMs"> {
  readonly transport: HttpTransport;
}

/**
 * Downloads a link. Follows up to three redirects, each checked like the link itself.
 *
 * @throws for failures that a retry may fix: the reason of the request's signal once it aborts, or an error that names
 * the host.
 */
export async function followLink(deps: FollowLinkDeps, request: CopyRequest): Promise<CopyOutcome> {
  const { clock, headersMs, idleMs, spool, totalMs, transport } = deps;
  const { hosts, maxBytes, maxMs = totalMs, signal } = request;
  const deadline = new CopyDeadline(clock, { signal, totalMs: maxMs });
  let url: URL | null = null;
  let to = request.url;
  // A redirect leads to a host of the vendor's choice, and these headers may contain the vendor's key.
  let headers = request.headers ?? {};
  try {
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      if (!URL.canParse(to, url?.href)) {
        return refuseCopy("download_failed", { hostname: url?.hostname, reason: "returned an invalid URL" });
      }
      url = new URL(to, url?.href);
      const result = await requestUrl({
        ...{ url, headers, hosts, maxBytes },
        ...{ deadline, headersMs, idleMs, spool, transport },
      });
      if (result.type !== "redirected") return result;
      to = result.to;
      headers = {};
    }
    const reason = `redirected more than ${maxRedirects} times`;
    return refuseCopy("download_failed", { hostname: url?.hostname, reason });
  } catch (cause) {
    signal.throwIfAborted();
    const error = deadline.signal.aborted ? deadline.signal.reason : cause;
    if (error instanceof FullFolderError) throw error;
    throw new Error(`Copying from ${url?.hostname} failed: ${messageOf(error)}`, { cause });
  } finally {
    deadline.end();
  }
}

/** The error of a connection that failed at several addresses has a code and no message. */
function messageOf(error: unknown): string {
  if (error instanceof Error && error.message !== "") return error.message;
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
