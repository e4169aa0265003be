/** An answer as JSON; `null` when it is none, as the HTML of a proxy. */
export function jsonOf({ body }: { readonly body: Uint8Array | string }): unknown {
  try {
    return JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body));
  } catch {
    return null;
  }
}

/** The fields of what may be an object; of anything else, none. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
