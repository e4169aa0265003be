import { judgeUrl } from "./policy/judge-url.js";
import type { Patience } from "./policy/patience.js";
import { refuse } from "./policy/refuse.js";
import type { Spool } from "./spool/spool.js";
import type { Ask } from "./transport/ask.js";
import { type Reading, readAnswer } from "./transport/read-answer.js";

/** Options of a request to one URL. */
export interface Visit {
  readonly headers: Readonly<Record<string, string>>;
  readonly hosts: readonly string[];
  readonly maxBytes: number;
  readonly patience: Patience;
  readonly headersMs: number;
  readonly idleMs: number;
  readonly spool: Spool;
}

/**
 * Requests one URL, if the policy allows it.
 *
 * @throws for failures that a retry may fix.
 */
export async function visitUrl(ask: Ask, url: URL, visit: Visit): Promise<Reading> {
  const { headers, headersMs, hosts, idleMs, maxBytes, patience, spool } = visit;
  const verdict = judgeUrl(url, hosts);
  if (verdict.type === "refused") return refuse("download_failed", url.hostname, verdict.why);

  patience.expect(headersMs, "There was no answer");
  const answer = await ask({ url, at: verdict.at, headers, patience });
  if (answer.type === "refused") return answer;
  try {
    const onPiece = (): void => patience.expect(idleMs, "Nothing more came");
    return await readAnswer(answer, { hostname: url.hostname, maxBytes, onPiece, spool });
  } finally {
    answer.close();
  }
}
