import type { Parameters } from "./parameters.js";

export const noticeParameters = {
  ownerId: "text",
  claim: "text",
  forMs: "bigint",
  leaseMs: "bigint",
} as const satisfies Parameters;

/**
 * Whether generation `g` ended, and its owner has seen neither it nor a notice of it.
 *
 * @param now an expression.
 */
export const needsNotice = (now: string): string =>
  `g.owner_id = :ownerId AND g.finished_at > ${now} - :forMs AND g.seen_at IS NULL AND g.deleted_at IS NULL
      AND g.noticed_at IS NULL`;

/**
 * Free: never leased, expired, or expiring later than any lease set now, which a clock that was ahead wrote.
 *
 * @param now an expression.
 */
export const isNoticeFree = (now: string): string =>
  `(g.notice_until IS NULL OR g.notice_until <= ${now} OR g.notice_until > ${now} + :leaseMs + 5000)`;
