import { defineRead } from "../text/define-read.js";
import { generationSize } from "../text/generation-size.js";
import { isNoticeFree, needsNotice, noticeParameters } from "../text/notices.js";
import { nowInRead as now, timeParameters } from "../text/time.js";

/**
 * Notices to claim; those that the claim holds come first, each time in the same order. A read comes first, because most
 * claims find none.
 */
export const findNotices = defineRead<{
  readonly notices: { readonly id: string; readonly notice_claim: string | null; readonly size: number };
}>({
  name: "find_notices",
  parameters: { ...timeParameters, ...noticeParameters, limit: "bigint" },
  parts: {
    notices: `SELECT g.id, g.notice_claim, ${generationSize} AS size FROM @generations g
      WHERE ${needsNotice(now)} AND (${isNoticeFree(now)} OR g.notice_claim = :claim)
      ORDER BY (g.notice_claim IS NOT DISTINCT FROM :claim) DESC, g.finished_at DESC, g.id DESC LIMIT :limit`,
  },
});
