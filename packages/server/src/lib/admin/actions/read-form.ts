import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { invalidTextReason } from "../../json/invalid-text-reason.js";
import type { OperatorAction } from "../../ports/store/operator-store.js";
import { type AdminEnv, AdminError } from "../admin-context.js";
import type { AdminPermission } from "../admin-options.js";

/** Max bytes of the body of an action. */
const maxBodyBytes = 16_384;
/** Max bytes of an id and its separator, in a form or as JSON. */
const maxIdBytes = 48;
const minReasonLength = 3;
const maxReasonLength = 300;

/** The fields of a form or a JSON object. */
export interface ActionForm {
  /**
   * The trimmed text of a field, `""` if it is missing.
   *
   * @throws {AdminError} 400 for a list, an object, a file or a truth value.
   */
  (name: string): string;
  /** The words of a field: separated by spaces, or a list of texts. @throws {AdminError} 400 for anything else */
  words(name: string): readonly string[];
  /** Whether the field is there, even if it is empty. */
  has(name: string): boolean;
}

/** Refuses a body of more bytes before it is read. */
const limitBodyTo = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new AdminError(413, `The form has more than ${maxSize} bytes.`);
    },
  });

/** Refuses a large body before it is read. */
export const limitBody = limitBodyTo(maxBodyBytes);

/** The same for a body that may also contain as many ids as a bulk has generations. */
export const limitBulkBody = (bulkLimit: number) => limitBodyTo(maxBodyBytes + bulkLimit * maxIdBytes);

/** @throws {AdminError} 400 */
export async function readForm(c: Context<AdminEnv>): Promise<ActionForm> {
  const isJson = /^application\/json\b/i.test(c.req.header("content-type") ?? "");
  const body: unknown = isJson ? await c.req.json().catch(() => null) : await c.req.parseBody().catch(() => null);
  if (typeof body !== "object" || body === null)
    throw new AdminError(400, "Malformed body: send a form or a JSON object.");
  const has = (name: string) => Object.hasOwn(body, name);
  const fieldOf = (name: string): unknown => (has(name) ? Reflect.get(body, name) : "");
  const words = (name: string) =>
    [fieldOf(name)].flat().flatMap((value) => textOf(name, value).split(/\s+/).filter(Boolean));
  return Object.assign((name: string) => textOf(name, fieldOf(name)), { has, words });
}

function textOf(name: string, value: unknown): string {
  if (typeof value === "string" || typeof value === "number") return String(value).trim();
  // If it were ignored, a bulk without its selection would act on all generations.
  throw new AdminError(400, `Malformed field ${name}: send a text or a number.`);
}

/**
 * The record of an action, with the operator and a reason.
 *
 * @throws {AdminError} 400 without a reason of 3 to 300 characters.
 */
export function toAction(
  c: Context<AdminEnv>,
  { action, form, subject }: { readonly action: AdminPermission; readonly form: ActionForm; readonly subject: string },
): OperatorAction {
  const { actor } = c.env.operator;
  const reason = form("reason");
  if (reason.length < minReasonLength || reason.length > maxReasonLength) {
    throw new AdminError(400, `Enter a reason of ${minReasonLength} to ${maxReasonLength} characters.`);
  }
  for (const text of [reason, subject, actor]) checkStorable(text);
  return { actor, action, subject, reason };
}

/** @throws {AdminError} 400 for a text that a database cannot store or compare. */
export function checkStorable(text: string): void {
  const reason = invalidTextReason(text);
  if (reason !== null) throw new AdminError(400, reason);
}

/** @throws {AdminError} 400 for a malformed idempotency key of a form. */
export function checkKey(key: string): void {
  if (!/^[\w-]{8,64}$/.test(key)) throw new AdminError(400, "Send a key of 8 to 64 letters, digits, _ or -.");
}

/** A whole number in decimal digits, `NaN` for any other text: `1e3` or `0x10` may be a typing error. */
export function toWholeNumber(text: string): number {
  return /^[+-]?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
}

/**
 * The numeric cursor of a list; `null` for its first page.
 *
 * @throws {AdminError} 400
 */
export function cursorOf(c: Context<AdminEnv>): number | null {
  const text = c.req.query("before");
  if (text === undefined) return null;
  const cursor = toWholeNumber(text);
  if (!Number.isSafeInteger(cursor)) throw new AdminError(400, "Invalid cursor: open the first page.");
  return cursor;
}
