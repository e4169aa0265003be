import type { VendorAnswer } from "./vendor-request.js";

/** An answer as JSON; `null` when it is none, as the HTML of a proxy. */
export function jsonOf({ body }: Pick<VendorAnswer, "body">): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
}

/** The fields of what may be an object; of anything else, none. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
