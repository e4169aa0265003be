import { useGenerationHistory } from "./hooks";

export function History() {
  const history = useGenerationHistory();
  const { generations, isPending, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = history;
  if (isPending) return <p role="status">Loading…</p>;
  return (
    <section aria-label="History" className="flex flex-col items-start gap-4">
      {error && (
        <button type="button" onClick={() => refetch()}>
          The history could not be loaded. Try again
        </button>
      )}
      {generations.length === 0 && !error && <p>No posters yet.</p>}
      <ul className="grid w-full grid-cols-2 gap-4">
        {generations.map((generation) => (
          <li key={generation.id}>
            {generation.status === "completed" ? (
              <img
                src={generation.outputs[0].thumbnailUrl ?? generation.outputs[0].url}
                alt={generation.input.prompt}
              />
            ) : (
              `${generation.input.prompt}: ${generation.status}`
            )}
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <button
          type="button"
          disabled={isFetchingNextPage}
          onClick={() => fetchNextPage()}
          className="rounded border px-4 py-2"
        >
          Load more
        </button>
      )}
    </section>
  );
}
