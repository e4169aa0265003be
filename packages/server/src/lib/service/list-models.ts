import type { ModelsResponse } from "@safelight/client/contract";
import type { Models } from "../model/define-model.js";

/** What is offered, in the order in which the host declared it. */
export function listModels(models: Models): ModelsResponse {
  const list = Object.entries(models).map(([id, model]) => ({
    id,
    kind: model.kind,
    credits: model.fixedCredits,
    retired: model.retired,
  }));
  return { models: list };
}
