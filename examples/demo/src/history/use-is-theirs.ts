import type { Generation } from "@safelight/client/contract";
import { useGenerationHistory } from "../safelight.ts";

/** Returns the check whether a generation of the team is of the other person; `false` until the own ones are loaded. */
export function useTheirs(): (generation: Generation) => boolean {
  const { generations, isPending } = useGenerationHistory();
  // A person without a generation has no tag here: all of the team's are of the other one.
  const ownTag = generations[0]?.ownerTag;
  return ({ submitterTag }) => !isPending && submitterTag !== ownTag;
}
