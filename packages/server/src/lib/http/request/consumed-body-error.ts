/** The host has read the body before the router, and the bytes are lost. */
export class ConsumedBodyError extends Error {
  override readonly name = "ConsumedBodyError";

  constructor() {
    super(
      "A body parser of the host has read the body of this request before Safelight. Express: mount Safelight before " +
        "express.json(). Fastify: register Safelight in its own scope, with a content type parser that leaves the body " +
        "unread. Hono: read a clone of the request, or read it with c.req.arrayBuffer(), which caches the exact bytes.",
    );
  }
}
