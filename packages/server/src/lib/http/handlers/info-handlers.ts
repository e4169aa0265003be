import type { Store } from "../../ports/store/store.js";
import { fromStorage } from "../../service/errors/from-storage.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { toServiceError } from "../../service/errors/to-service-error.js";
import { listModels } from "../../service/read/list-models.js";
import type { JsonResponse } from "../request/json-response.js";
import { type RouterOptions, responseContext } from "../request/router-context.js";
import { createOpenApiDocument } from "../routes/openapi-document.js";
import type { Handlers } from "./handlers.js";

/** Handlers of the routes whose response does not depend on the caller. */
export function infoHandlers(
  options: RouterOptions,
  { jsonResponse }: { readonly jsonResponse: JsonResponse },
): Pick<Handlers, "models" | "health" | "openapi"> {
  const { service, basePath, publicOrigin } = options;
  // Shared by all responses: unread responses to a client without an account would otherwise hold a copy each.
  let document: Uint8Array<ArrayBuffer> | null = null;
  return {
    models: [(c) => jsonResponse(c, { body: listModels(service) })],
    health: [
      async (c) => {
        await checkStore(service.store);
        await fromStorage(service.clock, async () => service.storage.ping?.());
        return responseContext(c).json({ status: "ok" }, 200);
      },
    ],
    openapi: [
      (c) => {
        document ??= jsonBytes(createOpenApiDocument({ serverUrl: `${publicOrigin}${basePath}` }));
        return responseContext(c).body(document, 200, { "Content-Type": "application/json" });
      },
    ],
  };
}

function jsonBytes(value: object): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Any failure is a 503. Its reason goes to the log, not to the caller. */
async function checkStore(store: Store): Promise<void> {
  try {
    await store.ping();
  } catch (cause) {
    throw toServiceError(cause) ?? new ServiceError("unavailable", "The database is unavailable.", { cause });
  }
}
