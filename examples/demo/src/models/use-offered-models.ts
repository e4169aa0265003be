import type { Generation, ModelSummary } from "@safelight/client/contract";
import { useQuery } from "@tanstack/react-query";
import { client } from "../safelight.ts";
import { useDraftModel } from "../studio/draft.ts";
import { isModelId, type ModelId, nameModel } from "./models.ts";

/** A model that the server offers, and this page knows. */
export interface OfferedModel extends ModelSummary {
  readonly id: ModelId;
}

/** What can be submitted to, in the server's order; `null` until it is known. */
export function useOfferedModels(): readonly OfferedModel[] | null {
  const { data } = useQuery({
    queryKey: ["models"],
    queryFn: ({ signal }) => client.models({ signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data === undefined ? null : data.models.filter(isOffered);
}

/** The model that the draft goes to: the one that was picked, unless it is not offered any more. */
export function useSelectedModel(): ModelId {
  const picked = useDraftModel();
  const offered = useOfferedModels();
  return offered === null || offered.some(({ id }) => id === picked) ? picked : "demo";
}

/** Whose a picture is, where that may be a question; else `null`. */
export function useModelName({ model }: Generation): string | null {
  const offered = useOfferedModels();
  return model === "demo" && (offered === null || offered.length < 2) ? null : nameModel(model);
}

function isOffered(model: ModelSummary): model is OfferedModel {
  return !model.retired && isModelId(model.id);
}
