import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useActiveGeneration, useGeneration } from "../hooks";
import { Poster } from "./poster";

/** The page of one poster, which also develops here. */
export function PosterDetail({ id }: { readonly id: string }) {
  const { generation, isPending, error } = useGeneration(id);
  const { markSeen } = useActiveGeneration();
  const isUnseen = generation?.finishedAt != null && generation.seenAt === null;
  useEffect(() => {
    if (isUnseen) void markSeen(id);
  }, [id, isUnseen, markSeen]);
  if (generation) {
    const output = generation.status === "completed" ? generation.outputs[0] : null;
    return (
      <>
        <h1>{generation.input.prompt}</h1>
        <Poster generation={generation} />
        <p>
          {generation.credits} credits, submitted <time>{generation.createdAt}</time>
        </p>
        {output && (
          <a href={output.url} download>
            Download
          </a>
        )}
      </>
    );
  }
  if (isPending) return <p role="status">Loading…</p>;
  return (
    <p role="alert">
      {error?.code === "not_found" ? "There is no such poster." : "The poster could not be loaded."}{" "}
      <Link to="/history">History</Link>
    </p>
  );
}
