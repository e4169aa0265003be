import type { Generation, GenerationStatus } from "@safelight/client/contract";
import { Link, useLocation, useSearchParams } from "wouter";
import { useInSight } from "../darkroom/in-sight.ts";
import { useActiveGeneration, useGenerationHistory } from "../safelight.ts";
import { Notice } from "../shell/notice.tsx";
import { Page } from "../shell/page.tsx";
import { Skeletons } from "../shell/skeletons.tsx";
import { describeProblem } from "../words/problem-of.ts";
import { Frame } from "./frame.tsx";
import { GenerationModal } from "./generation-modal.tsx";
import "./history.css";
import { MoreBelow } from "./more-below.tsx";

const filters = [
  { name: "All", status: null },
  { name: "Developing", status: "processing" },
  { name: "Completed", status: "completed" },
  { name: "Failed", status: "failed" },
  { name: "Canceled", status: "canceled" },
] as const satisfies readonly { readonly name: string; readonly status: GenerationStatus | null }[];

/** Everything that was ever put into the tray, newest first; one of it in a window of its own when it is asked for. */
export function HistoryPage({ openId }: { readonly openId: string | null }) {
  const [search, setSearch] = useSearchParams();
  const [, navigate] = useLocation();
  const filter = filters.find(({ status }) => status === search.get("status")) ?? filters[0];
  const { generations, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useFrames(
    filter.status,
  );
  // Who looks through the history has seen what ended, unless a window lies over it.
  useInSight(({ status }) => openId === null && (filter.status === null || filter.status === status));

  const query = search.size === 0 ? "" : `?${search}`;
  const show = (id: string | null) => navigate(`${id === null ? "/history" : `/history/${id}`}${query}`);
  return (
    <Page title="History" className="history">
      <div className="page-head">
        <h1>History</h1>
        <fieldset className="filters" aria-label="Show">
          {filters.map(({ name, status }) => (
            <button
              key={name}
              type="button"
              className="filter"
              aria-pressed={status === filter.status}
              onClick={() => setSearch(status === null ? {} : { status }, { replace: true })}
            >
              {name}
            </button>
          ))}
        </fieldset>
      </div>
      {isPending ? (
        <ul className="frames" aria-busy="true" aria-label="Loading">
          <Skeletons count={12} className="frame-picture" />
        </ul>
      ) : error !== null && generations.length === 0 ? (
        <Notice title="The history cannot be shown right now" tone="problem">
          <p>{describeProblem(error)}</p>
          <button type="button" className="button" onClick={() => void refetch()}>
            Try again
          </button>
        </Notice>
      ) : generations.length === 0 ? (
        <NothingHere status={filter.status} />
      ) : (
        <>
          <ul className="frames">
            {generations.map((generation) => (
              <li key={generation.id}>
                <Frame generation={generation} />
              </li>
            ))}
          </ul>
          {hasNextPage && <MoreBelow isLoading={isFetchingNextPage} onMore={() => void fetchNextPage()} />}
        </>
      )}
      {openId !== null && (
        <GenerationModal key={openId} id={openId} neighbors={neighborsOf(generations, openId)} onShow={show} />
      )}
    </Page>
  );
}

/** The frames of a filter. What develops is known already and needs no page of its own. */
function useFrames(status: GenerationStatus | null) {
  const active = useActiveGeneration();
  const history = useGenerationHistory(status === null || status === "processing" ? {} : { status });
  if (status !== "processing") return history;
  const { generations, error, isPending, refetch } = active;
  return {
    generations,
    error,
    isPending,
    refetch,
    hasNextPage: false,
    isFetchingNextPage: false,
    fetchNextPage: refetch,
  };
}

function neighborsOf(generations: readonly Generation[], id: string) {
  const place = generations.findIndex((generation) => generation.id === id);
  return { newer: generations[place - 1]?.id ?? null, older: place < 0 ? null : (generations[place + 1]?.id ?? null) };
}

function NothingHere({ status }: { readonly status: GenerationStatus | null }) {
  if (status !== null) {
    return (
      <Notice title="Nothing of this kind">
        <p>There is no picture here that fits this filter.</p>
      </Notice>
    );
  }
  return (
    <Notice title="No pictures yet">
      <p>What you develop is kept here, on every device that you continue on.</p>
      <Link className="button button-lamp" href="/">
        Develop the first one
      </Link>
    </Notice>
  );
}
