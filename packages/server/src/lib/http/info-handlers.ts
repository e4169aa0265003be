import { listModels } from "../service/list-models.js";
import type { Handlers } from "./handlers.js";
import { createOpenApiDocument } from "./openapi-document.js";
import { type RouterOptions, replyOf } from "./router-context.js";

/** What is the same for everybody. */
export function infoHandlers(options: RouterOptions): Pick<Handlers, "models" | "health" | "openapi"> {
  const { service, basePath, publicOrigin } = options;
  let document: ReturnType<typeof createOpenApiDocument> | null = null;
  return {
    models: [(c) => replyOf(c).json(listModels(service), 200)],
    health: [
      async (c) => {
        await service.store.ping();
        return replyOf(c).json({ status: "ok" }, 200);
      },
    ],
    openapi: [
      (c) => {
        document ??= createOpenApiDocument({ serverUrl: `${publicOrigin}${basePath}` });
        return replyOf(c).json(document, 200);
      },
    ],
  };
}
