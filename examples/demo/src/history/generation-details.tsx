import type { Generation } from "@safelight/client/contract";
import { GenerationModal } from "./generation-modal.tsx";
import { useDetailsNavigation } from "./use-details-navigation.ts";

/** The details of one generation over a page, with its neighbors in the list of the page. */
export function GenerationDetails(props: {
  readonly id: string;
  readonly listed: readonly Generation[];
  /** The address with the details of an id open; `null`: closed. */
  readonly pathOf: (id: string | null) => string;
}) {
  const { id, listed, pathOf } = props;
  const show = useDetailsNavigation(pathOf);
  return <GenerationModal key={id} id={id} neighbors={neighborsOf(listed, id)} onShow={show} />;
}

function neighborsOf(generations: readonly Generation[], id: string) {
  const place = generations.findIndex((generation) => generation.id === id);
  return { newer: generations[place - 1]?.id ?? null, older: place < 0 ? null : (generations[place + 1]?.id ?? null) };
}
