import type { Generation } from "@safelight/client/contract";
import { useGenerationHistory } from "../safelight.ts";

/** Returns the check whether a generation of the team is of the other person. */
export function useTheirs(): (generation: Generation) => boolean {
  const { generations } = useGenerationHistory();
  // Without one of their own, none of the team's is theirs.
  const ownTag = generations[0]?.ownerTag;
  return ({ submitterTag }) => submitterTag !== ownTag;
}
