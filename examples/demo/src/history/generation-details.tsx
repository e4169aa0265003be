import type { Gallery, Generation } from "@safelight/client/contract";
import { GenerationModal } from "./generation-modal.tsx";
import { useDetailsNavigation } from "./use-details-navigation.ts";

/** The details dialog of a generation, with navigation to its neighbors in the list of the page. */
export function GenerationDetails(props: {
  readonly id: string;
  readonly of?: Gallery;
  /** The generations of the page, newest first. */
  readonly listed: readonly Generation[];
  /** URL with the details of an id open; `null`: with no details. */
  readonly pathOf: (id: string | null) => string;
}) {
  const { id, listed, of = "own", pathOf } = props;
  const show = useDetailsNavigation(pathOf);
  return <GenerationModal key={id} id={id} of={of} neighbors={neighborsOf(listed, id)} onShow={show} />;
}

function neighborsOf(generations: readonly Generation[], id: string) {
  const index = generations.findIndex((generation) => generation.id === id);
  return { newer: generations[index - 1]?.id ?? null, older: index < 0 ? null : (generations[index + 1]?.id ?? null) };
}
