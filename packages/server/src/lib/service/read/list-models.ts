import type { ModelsResponse } from "@safelight/client/contract";
import type { ServiceContext } from "../service-context.js";

/** Lists the models in the order in which the host declared them. */
export function listModels({ models, billing }: Pick<ServiceContext, "models" | "billing">): ModelsResponse {
  const list = Object.entries(models).map(([id, model]) => ({
    id,
    kind: model.kind,
    credits: billing && model.fixedCredits,
    retired: model.retired,
  }));
  return { models: list };
}
