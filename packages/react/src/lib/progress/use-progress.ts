import type { AnySafelightClient } from "@safelight/client";
import { type Generation, isTerminal } from "@safelight/client/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { Live } from "../connection/live-interface.js";
import { liveOf } from "../connection/live-of.js";
import { receivedAtOf } from "../connection/received-at.js";
import { onFrame } from "./frame-loop.js";
import { type ProgressView, progressAt } from "./progress-at.js";

const emptyView: ProgressView = {
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
  // One per generation, so that a discarded render (of a transition, for example) does not move the shown value.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another generation starts over
  const shown = useMemo(() => createShownProgress(live), [live, generation?.id]);
  const isMoving = generation !== null && !isTerminal(generation);
  const subscribe = useCallback(
    (listener: () => void) => {
      if (!isMoving) return () => {};
      const update = () => {
        if (shown.update()) listener();
      };
      const [unsubscribe, unsubscribeFrame] = [live.subscribe(update), onFrame(update)];
      return () => {
        unsubscribe();
        unsubscribeFrame();
      };
    },
    [live, shown, isMoving],
  );
  return useSyncExternalStore(
    subscribe,
    () => shown.read(generation),
    () => shown.readFirst(generation),
  );
}

/** The progress that one component shows of one generation. */
function createShownProgress(live: Live) {
  const { queryKey } = live.active;
  let generation: Generation | null = null;
  let receivedAt = 0;
  let view = emptyView;
  let first: { readonly of: Generation | null; readonly view: ProgressView } = { of: null, view: emptyView };

  const activeNow = () => live.queryClient.getQueryData(queryKey);
  /** Progress at the server time of the data, which is the same on a server and in a page's first render. */
  const viewAtServerTime = (given: Generation, shown: number | null) => {
    const now = Date.parse(activeNow()?.serverTime ?? given.startedAt ?? given.createdAt);
    return progressAt(given, { receivedAt: now, now, shown });
  };
  const viewNow = (given: Generation, shown: number | null): ProgressView => {
    const offsetMs = activeNow()?.serverOffsetMs ?? null;
    // Without an offset the device's clock may be hours off, and progress that was shown never decreases.
    if (offsetMs === null) return viewAtServerTime(given, shown);
    const known = live.commands?.find(given.id);
    // The connection keeps the first copy of a version, so its time is when the version was received.
    const newest = known?.version === given.version ? known : given;
    const receivedAtServerMs = (receivedAtOf(newest) ?? receivedAt) + offsetMs;
    return progressAt(newest, { receivedAt: receivedAtServerMs, now: Date.now() + offsetMs, shown });
  };

  return {
    /** View of the first render of a server-rendered page. */
    readFirst: (given: Generation | null) => {
      if (first.of !== given) first = { of: given, view: given === null ? emptyView : viewAtServerTime(given, null) };
      return first.view;
    },
    /** Returns the same object until the generation changes or `update` returns `true`. */
    read: (given: Generation | null) => {
      if (given === generation) return view;
      if (given?.version !== generation?.version) receivedAt = Date.now();
      view = given === null ? emptyView : viewNow(given, view.value);
      generation = given;
      return view;
    },
    /** Recomputes the view. Returns whether the change is large enough to be visible. */
    update: () => {
      if (generation === null) return false;
      const next = viewNow(generation, view.value);
      if (visibleStateOf(view) === visibleStateOf(next)) return false;
      view = next;
      return true;
    },
  };
}

/** Rounds the view to a bar of 1,000 pixels and labels in whole seconds. Equal results need no render. */
function visibleStateOf({ value, elapsedMs, remainingMs }: ProgressView): string {
  const numbers = [(value ?? NaN) * 1_000, (elapsedMs ?? NaN) / 1_000, -(remainingMs ?? NaN) / 1_000];
  return numbers.map(Math.floor).join();
}
