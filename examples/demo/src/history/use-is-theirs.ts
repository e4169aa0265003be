import type { Generation } from "@safelight/client/contract";
import { useGenerationHistory } from "../safelight.ts";

/**
 * Returns a function: whether the other person of the team submitted a generation. It returns `false` until the own history
 * is loaded.
 */
export function useIsTheirs(): (generation: Generation) => boolean {
  const { generations, isPending } = useGenerationHistory();
  // Without an own generation the tag is undefined, and the other person submitted all of the team's.
  const ownTag = generations[0]?.ownerTag;
  return ({ submitterTag }) => !isPending && submitterTag !== ownTag;
}
