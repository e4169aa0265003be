import type { Context } from "hono";
import { invalidTextReason } from "../../json/invalid-text-reason.js";
import type { OperatorAction } from "../../ports/store/operator-store.js";
import { type AdminEnv, AdminError } from "../admin-context.js";
import { type AdminPermission, isPermitted } from "../admin-options.js";

const minReasonLength = 3;
const maxReasonLength = 300;

/** Fields of an action, from a form or a JSON object. Each is text; a missing one is empty. */
export type ActionForm = (name: string) => string;

export async function readForm(c: Context<AdminEnv>): Promise<ActionForm> {
  const isJson = /^application\/json\b/i.test(c.req.header("content-type") ?? "");
  const body: unknown = isJson ? await c.req.json().catch(() => null) : await c.req.parseBody().catch(() => null);
  if (typeof body !== "object" || body === null)
    throw new AdminError(400, "Malformed body: send a form or a JSON object.");
  return (name) => {
    const value: unknown = Object.hasOwn(body, name) ? Reflect.get(body, name) : "";
    return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
  };
}

/** A whole number in decimal digits; NaN for any other text, such as `1e2` or `0x10`, which `Number` accepts. */
export function wholeNumberOf(text: string): number {
  return /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
}

/**
 * The record of an action, with the operator and a reason.
 *
 * @throws {AdminError} 403 without the permission, 400 without a reason of 3 to 300 characters.
 */
export function toAction(
  c: Context<AdminEnv>,
  { action, form, subject }: { readonly action: AdminPermission; readonly form: ActionForm; readonly subject: string },
): OperatorAction {
  const operator = c.get("operator");
  if (!isPermitted(operator, action)) throw new AdminError(403, `You do not have the permission "${action}".`);
  const reason = form("reason");
  if (reason.length < minReasonLength || reason.length > maxReasonLength) {
    throw new AdminError(400, `Enter a reason of ${minReasonLength} to ${maxReasonLength} characters.`);
  }
  for (const text of [reason, subject, operator.actor]) checkStorable(text);
  return { actor: operator.actor, action, subject, reason };
}

/** @throws {AdminError} 400 for a text that a database cannot store or compare. */
export function checkStorable(text: string): void {
  const reason = invalidTextReason(text);
  if (reason !== null) throw new AdminError(400, reason);
}
