import { Link } from "@tanstack/react-router";
import { useGenerationHistory } from "../hooks";
import { Poster } from "./poster";

/** All posters of the user, kept current: active ones develop here, too. */
export function History() {
  const { generations, isPending, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useGenerationHistory();
  if (isPending) return <p role="status">Loading…</p>;
  return (
    <>
      {error && <p role="alert">The posters could not be loaded. Try again in a moment.</p>}
      {generations.length === 0 && <p>No posters yet.</p>}
      <ul>
        {generations.map((generation) => (
          <li key={generation.id}>
            <Link to="/posters/$id" params={{ id: generation.id }} aria-label={`Open ${generation.input.prompt}`}>
              <Poster generation={generation} />
            </Link>
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
