import { randomBytes } from "node:crypto";
import type { Context } from "hono";

export type Metadata = Readonly<Record<string, string>>;

/** A Checkout session: the members of Stripe's that the product reads, and those that the fake needs later. */
export interface Session {
  readonly id: string;
  readonly object: "checkout.session";
  readonly url: string;
  readonly mode: string;
  readonly amount_total: number;
  readonly client_reference_id: string | null;
  readonly metadata: Metadata;
  readonly success_url: string;
  readonly cancel_url: string;
  readonly payment_intent_data: { readonly metadata: Metadata };
  readonly subscription_data: { readonly metadata: Metadata };
  readonly name: string;
  payment_intent: string | null;
  payment_status: "unpaid" | "paid";
  status: "open" | "complete";
}

export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(10).toString("hex")}`;
}

/** The body and the status of an error, as Stripe sends it. */
export function wireError<Status extends 401 | 404>(status: Status, code: string) {
  return [{ error: { type: "invalid_request_error", code, message: `Fake Stripe: ${code}.` } }, status] as const;
}

/** The body of a request to Stripe's API, which is a form. */
export async function formOf({ req }: Context): Promise<URLSearchParams> {
  return new URLSearchParams(await req.text());
}

/** The values of the fields `name[…]` of a form, such as `metadata[credits]`. */
function metadataIn(form: URLSearchParams, name: string): Metadata {
  const prefix = `${name}[`;
  const entries = [...form].filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length, -1), value]));
}

export function sessionFrom(form: URLSearchParams, origin: string): Session {
  const id = newId("cs_test");
  const line = "line_items[0][price_data]";
  return {
    id,
    object: "checkout.session",
    url: `${origin}/pay/${id}`,
    mode: form.get("mode") ?? "",
    amount_total: Number(form.get(`${line}[unit_amount]`)),
    client_reference_id: form.get("client_reference_id"),
    metadata: metadataIn(form, "metadata"),
    success_url: form.get("success_url") ?? "",
    cancel_url: form.get("cancel_url") ?? "",
    payment_intent_data: { metadata: metadataIn(form, "payment_intent_data[metadata]") },
    subscription_data: { metadata: metadataIn(form, "subscription_data[metadata]") },
    name: form.get(`${line}[product_data][name]`) ?? "",
    payment_intent: null,
    payment_status: "unpaid",
    status: "open",
  };
}
