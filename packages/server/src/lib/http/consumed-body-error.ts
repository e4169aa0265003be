/** The host read the body before the router could, in a way that left nothing of it. */
export class ConsumedBodyError extends Error {
  override readonly name = "ConsumedBodyError";

  constructor() {
    super(
      "The host has read the body of this request before Safelight could: read a clone of the request, or, in a " +
        "middleware of Hono, read it with c.req.json(), c.req.text() or c.req.arrayBuffer(), which keep it.",
    );
  }
}
