import type { Generation, ModelSummary } from "@safelight/client/contract";
import { useQuery } from "@tanstack/react-query";
import { client } from "../safelight.ts";
import { useDraftModel } from "../studio/draft.ts";
import { isDemoModel, isModelId, type ModelId, nameModel } from "./models.ts";

/** A model that the server offers and this page knows. */
export interface OfferedModel extends ModelSummary {
  readonly id: ModelId;
}

/** The offered models, in the server's order; `null` while loading. */
export function useOfferedModels(): readonly OfferedModel[] | null {
  const { data } = useQuery({
    queryKey: ["models"],
    queryFn: ({ signal }) => client.models({ signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data === undefined ? null : data.models.filter(isOffered);
}

/** The draft's model; `demo` if that model is no longer offered. */
export function useSelectedModel(): ModelId {
  const selected = useDraftModel();
  const offered = useOfferedModels();
  return offered === null || offered.some(({ id }) => id === selected) ? selected : "demo";
}

/** The vendor's name of a generation; `null` if `demo` made it and no vendor is offered. */
export function useModelName({ model }: Generation): string | null {
  const offered = useOfferedModels();
  const hasVendors = offered?.some(({ id }) => !isDemoModel(id)) ?? false;
  return model === "demo" && !hasVendors ? null : nameModel(model);
}

function isOffered(model: ModelSummary): model is OfferedModel {
  return !model.retired && isModelId(model.id);
}
