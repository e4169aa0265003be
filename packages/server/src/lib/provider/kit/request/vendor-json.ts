/** Parses a response as JSON; `null` if it is not JSON, such as the HTML page of a proxy. */
export function jsonOf({ body }: { readonly body: Uint8Array | string }): unknown {
  try {
    return JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body));
  } catch {
    return null;
  }
}
