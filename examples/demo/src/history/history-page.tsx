import { type Gallery, type Generation, isTerminal } from "@safelight/client/contract";
import { type ReactNode, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { useVisibleGenerations } from "../notices/visible-generations.ts";
import { useActiveGeneration, useGenerationHistory } from "../safelight.ts";
import { Page } from "../shell/page.tsx";
import { PageMessage } from "../shell/page-message.tsx";
import { Skeletons } from "../shell/skeletons.tsx";
import { describeProblem } from "../text/describe-problem.ts";
import { Frame, SelectableFrame } from "./frame.tsx";
import { GalleryChoice, galleryIn } from "./gallery-choice.tsx";
import { GenerationDetails } from "./generation-details.tsx";
import "./history.css";
import { type HistoryFilter, isOpenFilter, matchesFilter, mayMatchOlder } from "./history-filter.ts";
import { HistoryFilters, type StatusFilter, statusFilters } from "./history-filters.tsx";
import { LoadMore } from "./load-more.tsx";
import { nextPageOf } from "./next-page.ts";
import { SelectionBar } from "./selection-bar.tsx";
import { TeamFrame } from "./team-frame.tsx";

/** All generations, newest first, with filters and a selection mode. Details open in a dialog. */
export function HistoryPage({ openId }: { readonly openId: string | null }) {
  const [search, setSearch] = useSearchParams();
  const { status } = statusFilters.find((option) => option.status === search.get("status")) ?? statusFilters[0];
  const filter = { words: search.get("q") ?? "", from: search.get("from") ?? "", to: search.get("to") ?? "" };
  const gallery = galleryIn(search);
  const of = gallery ?? "own";
  const history = useFrames(status, of);
  const shown = history.generations.filter((generation) => matchesFilter(generation, filter));
  const [selected, setSelected] = useState<ReadonlySet<string> | null>(null);
  const [outcome, setOutcome] = useState<string | null>(null);
  // An open dialog covers the list.
  useVisibleGenerations(
    (ended) =>
      of === "own" && openId === null && (status === null || status === ended.status) && matchesFilter(ended, filter),
  );

  const query = search.size === 0 ? "" : `?${search}`;
  const pathOf = (id: string | null) => `${id === null ? "/history" : `/history/${id}`}${query}`;
  const change = (next: Partial<HistoryFilter & { readonly status: StatusFilter; readonly of: Gallery }>) => {
    const { words, from, to, status: nextStatus, of: nextOf } = { ...filter, status, of: gallery, ...next };
    const wanted = { q: words, from, to, status: nextStatus ?? "", of: nextOf ?? "" };
    setSearch(
      Object.entries(wanted).filter(([, value]) => value !== ""),
      { replace: true },
    );
    setOutcome(null);
  };
  const toggle = (id: string) =>
    setSelected(
      (before) => new Set(before?.has(id) ? [...before].filter((other) => other !== id) : [...(before ?? []), id]),
    );
  const selectable = shown.filter(isTerminal).map(({ id }) => id);
  return (
    <Page title="History" className="history">
      <div className="page-head">
        <h1>History</h1>
        {gallery !== null && (
          <GalleryChoice
            of={gallery}
            onChange={(next) => {
              setSelected(null);
              change({ of: next });
            }}
          />
        )}
        {of === "own" && selected === null && selectable.length > 0 && (
          <button type="button" className="button" onClick={() => setSelected(new Set())}>
            Select
          </button>
        )}
      </div>
      <HistoryFilters status={status} filter={filter} onChange={change} />
      {selected !== null && (
        <SelectionBar
          selected={new Set(selectable.filter((id) => selected.has(id)))}
          selectable={selectable}
          onSelect={(ids) => setSelected(new Set(ids))}
          onEnd={(sentence) => {
            setSelected(null);
            setOutcome(sentence);
            document.getElementById("main")?.focus({ preventScroll: true });
          }}
        />
      )}
      <p className="history-outcome" role="status">
        {outcome}
      </p>
      <Frames {...{ history, shown, filter, status }}>
        {(generation) =>
          of === "team" ? (
            <TeamFrame generation={generation} href={pathOf(generation.id)} />
          ) : selected === null ? (
            <Frame generation={generation} href={pathOf(generation.id)} />
          ) : (
            <SelectableFrame
              generation={generation}
              isSelected={selected.has(generation.id)}
              onToggle={() => toggle(generation.id)}
            />
          )
        }
      </Frames>
      {openId !== null && <GenerationDetails id={openId} of={of} listed={shown} pathOf={pathOf} />}
    </Page>
  );
}

/** The list, or its loading, error or empty state. */
function Frames(props: {
  readonly history: ReturnType<typeof useFrames>;
  readonly shown: readonly Generation[];
  readonly filter: HistoryFilter;
  readonly status: StatusFilter;
  readonly children: (generation: Generation) => ReactNode;
}) {
  const { history, shown, filter, status, children } = props;
  const { generations, error, isPending, refetch } = history;
  const older = mayMatchOlder(generations, filter) ? history.nextPage : null;
  if (isPending) {
    return (
      <ul className="frames" aria-busy="true" aria-label="Loading">
        <Skeletons count={12} className="frame-image" />
      </ul>
    );
  }
  if (error !== null && generations.length === 0) {
    return (
      <PageMessage title="The history cannot be shown right now" tone="problem">
        <p>{describeProblem(error)}</p>
        <button type="button" className="button" onClick={() => void refetch()}>
          Try again
        </button>
      </PageMessage>
    );
  }
  return (
    <>
      {shown.length === 0 && older === null && <EmptyHistory isFiltered={status !== null || !isOpenFilter(filter)} />}
      <ul className="frames">
        {shown.map((generation) => (
          <li key={generation.id}>{children(generation)}</li>
        ))}
      </ul>
      {older !== null && <LoadMore {...older} />}
    </>
  );
}

/** The generations of a status, and the next page of them. All active generations are loaded with the page. */
function useFrames(status: StatusFilter, of: Gallery) {
  const active = useActiveGeneration({ of });
  const history = useGenerationHistory(status === null || status === "processing" ? { of } : { of, status });
  const { generations, error, isPending, refetch } = status === "processing" ? active : history;
  return { generations, error, isPending, refetch, nextPage: status === "processing" ? null : nextPageOf(history) };
}

function EmptyHistory({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <PageMessage title="No pictures match">
        <p>Change the search, the dates or the status.</p>
      </PageMessage>
    );
  }
  return (
    <PageMessage title="No pictures yet">
      <p>Your pictures are kept here, on every device that you continue on.</p>
      <Link className="button button-lamp" href="/">
        Develop the first one
      </Link>
    </PageMessage>
  );
}
