import type { GenerationOf } from "@safelight/client/contract";
import { useEffect } from "react";
import { Poster } from "@/components/poster";
import { useActiveGeneration } from "@/hooks";
import type { App } from "@/safelight";

interface SubmittedPosterProps {
  readonly generation: GenerationOf<App>;
  readonly onCancel: () => void;
}

/** A generation that was submitted with the form, and can be canceled. Its end is marked as seen, so it has no toast. */
export function SubmittedPoster({ generation, onCancel }: SubmittedPosterProps) {
  const { markSeen } = useActiveGeneration();
  const endedId = generation.finishedAt !== null && generation.seenAt === null ? generation.id : null;
  useEffect(() => {
    if (endedId !== null && document.visibilityState === "visible") void markSeen(endedId);
  }, [endedId, markSeen]);
  return (
    <>
      <Poster generation={generation} />
      {generation.finishedAt === null && (
        <button type="button" aria-label={`Cancel ${generation.input.prompt}`} onClick={onCancel}>
          Cancel
        </button>
      )}
    </>
  );
}
