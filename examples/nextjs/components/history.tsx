"use client";

import { useEffect } from "react";
import { Poster } from "@/components/poster";
import { useActiveGeneration, useGenerationHistory } from "@/hooks";

/** All images of a visitor, kept current: active generations develop here too. */
export function History() {
  const { generations, isPending, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useGenerationHistory();
  const { unseen, markSeen } = useActiveGeneration();

  useEffect(() => {
    if (unseen.length > 0 && document.visibilityState === "visible") void markSeen();
  }, [unseen, markSeen]);

  if (isPending) return <p role="status">Loading…</p>;
  return (
    <>
      {error && <p role="alert">The images could not be loaded. Try again in a moment.</p>}
      {generations.length === 0 && <p>No images yet.</p>}
      <ul className="history">
        {generations.map((generation) => (
          <li key={generation.id}>
            <Poster generation={generation} />
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
          Older ones
        </button>
      )}
    </>
  );
}
