import type { AnySafelightClient } from "@safelight/client";
import { type Generation, isTerminal } from "@safelight/client/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { Live } from "../connection/live-interface.js";
import { liveOf } from "../connection/live-of.js";
import { heardAtOf } from "../connection/remember.js";
import { onFrame } from "./frame-loop.js";
import { type ProgressView, progressAt } from "./progress-at.js";

const nothing: ProgressView = {
  value: null,
  percent: null,
  elapsedMs: null,
  remainingMs: null,
  isLate: false,
  source: "none",
  queuePosition: null,
};

export function useProgressOf(client: AnySafelightClient, given: Generation | null | undefined): ProgressView {
  const live = liveOf(useQueryClient(), client);
  const generation = given ?? null;
  // Of each generation, so that a render that is thrown away, such as of a transition, moves nothing that is shown.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another generation begins anew
  const shown = useMemo(() => createShown(live), [live, generation?.id]);
  const isMoving = generation !== null && !isTerminal(generation);
  const subscribe = useCallback(
    (listener: () => void) => {
      if (!isMoving) return () => {};
      const move = () => {
        if (shown.move()) listener();
      };
      const [unsubscribe, leave] = [live.subscribe(move), onFrame(move)];
      return () => {
        unsubscribe();
        leave();
      };
    },
    [live, shown, isMoving],
  );
  return useSyncExternalStore(
    subscribe,
    () => shown.read(generation),
    () => shown.first(generation),
  );
}

/** What one component shows of one generation. */
function createShown(live: Live) {
  const { queryKey } = live.active;
  let generation: Generation | null = null;
  let seenAt = 0;
  let view = nothing;
  let first: { readonly of: Generation | null; readonly view: ProgressView } = { of: null, view: nothing };

  const activeNow = () => live.queryClient.getQueryData(queryKey);
  /** As it is by what came along with it, which is the same on a server and in the first render of a page. */
  const asTold = (told: Generation, shown: number | null) => {
    const now = Date.parse(activeNow()?.serverTime ?? told.startedAt ?? told.createdAt);
    return progressAt(told, { heardAt: now, now, shown });
  };
  const look = (told: Generation, shown: number | null): ProgressView => {
    const offsetMs = activeNow()?.serverOffsetMs ?? null;
    // A clock that is not known may be wrong by hours, and what was shown is never taken back.
    if (offsetMs === null) return asTold(told, shown);
    const known = live.find(told.id);
    // The copy that came first, since that is when it was heard.
    const newest = known?.version === told.version ? known : told;
    const heardAt = (heardAtOf(newest) ?? seenAt) + offsetMs;
    return progressAt(newest, { heardAt, now: Date.now() + offsetMs, shown });
  };

  return {
    /** Of the first render of a page that a server rendered. */
    first: (told: Generation | null) => {
      if (first.of !== told) first = { of: told, view: told === null ? nothing : asTold(told, null) };
      return first.view;
    },
    /** The same again until the generation changes, or it moves. */
    read: (told: Generation | null) => {
      if (told === generation) return view;
      if (told?.version !== generation?.version) seenAt = Date.now();
      view = told === null ? nothing : look(told, view.value);
      generation = told;
      return view;
    },
    /** Tells whether the view is another one for the eye. */
    move: () => {
      if (generation === null) return false;
      const next = look(generation, view.value);
      if (pictureOf(view) === pictureOf(next)) return false;
      view = next;
      return true;
    },
  };
}

/** What a bar of a thousand pixels and words in whole seconds show: time passes in between, and nobody sees it. */
function pictureOf({ value, elapsedMs, remainingMs }: ProgressView): string {
  const numbers = [(value ?? NaN) * 1_000, (elapsedMs ?? NaN) / 1_000, -(remainingMs ?? NaN) / 1_000];
  return numbers.map(Math.floor).join();
}
