"use client";

import type { Generation, GenerationStatus } from "@safelight/client/contract";
import { type ReactNode, useCallback, useMemo, useRef } from "react";
import { GenerationCard } from "../generation-card/generation-card";
import type { OriginIcons } from "../generation-card/origin-label";
import { useGenerationHistory } from "../hooks";
import { problemText } from "../messages/problem-text";
import { focusRing, outlineButton } from "../styles/buttons";
import { useKeptFocus } from "./kept-focus";
import { LoadMore } from "./load-more";

export interface GenerationGridProps {
  readonly status?: GenerationStatus | undefined;
  readonly model?: string | undefined;
  readonly scope?: string | undefined;
  /** Opens a generation, for example in `GenerationView`. @default none: the cards are not buttons */
  readonly onOpen?: ((generation: Generation) => void) | undefined;
  /** Icons of the cards' labels, as in `GenerationCard`. @default the text alone */
  readonly originIcons?: OriginIcons | undefined;
  /** Generations to leave out, such as `hiddenIds` of `useUndoableDelete`. @default none */
  readonly hiddenIds?: ReadonlySet<string> | undefined;
  /** The name of the list. @default "Your generations" */
  readonly label?: string;
  /** Shown instead of an empty list. */
  readonly empty?: ReactNode;
}

const none: ReadonlySet<string> = new Set();

/** The history, newest first. Loads the next page on scroll, or with a button. */
export function GenerationGrid(props: GenerationGridProps) {
  const { status, model, scope, onOpen, originIcons, hiddenIds = none, label = "Your generations", empty } = props;
  const list = useRef<HTMLUListElement>(null);
  const history = useGenerationHistory({ status, model, scope });
  const { data, generations, isPending, error, hasNextPage, isFetchingNextPage, isFetchNextPageError } = history;
  const { fetchNextPage, refetch } = history;
  const shown = useMemo(() => generations.filter(({ id }) => !hiddenIds.has(id)), [generations, hiddenIds]);
  const ids = useMemo(() => shown.map(({ id }) => id), [shown]);
  useKeptFocus(list, ids);
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const isEmpty = shown.length === 0 && !isPending && !hasNextPage;
  return (
    <div className="flex flex-col gap-6" data-slot="generation-grid">
      {error !== null && (
        <div role="alert" className="flex flex-wrap items-center gap-3 rounded-xl border border-border p-4 text-sm">
          <span>
            {isFetchNextPageError ? "The next page" : "The history"} cannot be loaded. {problemText(error)}
          </span>
          <button
            type="button"
            className={outlineButton}
            onClick={() => void (isFetchNextPageError ? fetchNextPage() : refetch())}
          >
            Try again
          </button>
        </div>
      )}
      {isEmpty && error === null && (
        <div className="rounded-xl border border-dashed border-border p-10 text-center text-sm text-muted-foreground">
          {empty ?? "Nothing yet. Your generations appear here, on each of your devices."}
        </div>
      )}
      <ul
        ref={list}
        aria-busy={isPending}
        aria-label={label}
        className={`grid grid-cols-[repeat(auto-fill,minmax(min(100%,10rem),1fr))] gap-4 sm:grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] rounded-md empty:hidden ${focusRing}`}
        tabIndex={-1}
      >
        {shown.map((generation) => (
          <li key={generation.id} className="min-w-0" data-row={generation.id}>
            <GenerationCard generation={generation} onOpen={onOpen} originIcons={originIcons} />
          </li>
        ))}
        {isPending && error === null && <Skeletons />}
      </ul>
      {hasNextPage && (
        <LoadMore cursor={data?.pages.at(-1)?.nextCursor} isLoading={isFetchingNextPage} onMore={loadMore} />
      )}
    </div>
  );
}

function Skeletons() {
  return ["a", "b", "c", "d"].map((key) => (
    <li key={key} aria-hidden="true" className="aspect-square rounded-xl bg-muted motion-safe:animate-pulse" />
  ));
}
