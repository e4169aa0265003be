import type { Spool } from "../ports/body-spool.js";
import { checkAllowedUrl } from "./policy/check-allowed-url.js";
import type { CopyDeadline } from "./policy/copy-deadline.js";
import { refuseCopy } from "./policy/refuse-copy.js";
import type { HttpTransport } from "./transport/http-transport.js";
import { type ReadResult, readResponse } from "./transport/read-response.js";

/** Options of {@link requestUrl}. */
export interface RequestUrlOptions {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly hosts: readonly string[];
  readonly maxBytes: number;
  readonly deadline: CopyDeadline;
  readonly headersMs: number;
  readonly idleMs: number;
  readonly spool: Spool;
  readonly transport: HttpTransport;
}

/**
 * Requests one URL, if the policy allows it.
 *
 * @throws for failures that a retry may fix.
 */
export async function requestUrl(options: RequestUrlOptions): Promise<ReadResult> {
  const { deadline, headers, headersMs, hosts, idleMs, maxBytes, spool, transport, url } = options;
  const { hostname } = url;
  const check = checkAllowedUrl(url, hosts);
  if (check.type === "refused") return refuseCopy("download_failed", { hostname, reason: check.reason });

  deadline.expect(headersMs, "No response");
  const response = await transport({ url, at: check.at, headers, deadline });
  if (response.type === "refused") return response;
  try {
    const onChunk = (): void => deadline.expect(idleMs, "No further data");
    return await readResponse(response, { hostname, maxBytes, onChunk, spool });
  } finally {
    response.close();
  }
}
