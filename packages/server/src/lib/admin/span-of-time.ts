import type { Context } from "hono";
import { type AdminEnv, AdminError } from "./admin-context.js";

/** The spans of time that a page offers, in milliseconds before now. */
export const spans = { "1h": 3_600_000, "24h": 86_400_000, "7d": 604_800_000, "30d": 2_592_000_000 } as const;

export type Span = keyof typeof spans;

/**
 * The span of `?span=`; 24 hours without one.
 *
 * @throws {AdminError} 400
 */
export function spanOf(c: Context<AdminEnv>, allowed: readonly Span[]): Span {
  const text = c.req.query("span") ?? "24h";
  const span = allowed.find((name) => name === text);
  if (span === undefined) throw new AdminError(400, `Invalid span: use ${allowed.join(", ")}.`);
  return span;
}
