import { admin, safelight } from "./smoke-safelight.ts";

export default {
  fetch: (request: Request, _env: unknown, ctx: { waitUntil(promise: Promise<unknown>): void }) =>
    new URL(request.url).pathname.startsWith("/admin/") ? admin.handler(request) : safelight.handler(request, ctx),
};
