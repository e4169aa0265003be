import type { AnySafelightClient } from "@safelight/client";
import { type Generation, isTerminal } from "@safelight/client/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { lateModule, withModule } from "../connection/late-module.js";
import { liveOf } from "../connection/live-of.js";
import { emptyView, type ProgressView, progressView, reportedValue } from "./progress-view.js";
import { serverTimeOf } from "./server-time-of.js";
import type { ShownProgress } from "./shown-progress.js";

/** The code that interpolates. A page loads it when the progress of an active generation is mounted. */
export const progressModule = /* @__PURE__ */ lateModule(() => import("./shown-progress.js"));

export function useProgressOf(client: AnySafelightClient, given: Generation | null | undefined): ProgressView {
  const live = liveOf(useQueryClient(), client);
  const generation = given ?? null;
  // One per generation, so that a discarded render (of a transition, for example) does not move the shown value.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another generation starts over
  const held = useMemo<{ shown?: ShownProgress | undefined }>(() => ({}), [live, generation?.id]);
  // Progress at the server time of the data, which is the same on a server and in a page's first render.
  const first = useMemo(() => {
    if (generation === null) return emptyView;
    const now = serverTimeOf(live, generation);
    return progressView(generation, { value: reportedValue(generation), now, receivedAt: now });
  }, [live, generation]);
  const isMoving = generation !== null && !isTerminal(generation);
  const read = () => {
    held.shown ??= progressModule.loaded?.createShownProgress(live);
    return held.shown ? held.shown.read(generation) : first;
  };
  const subscribe = useCallback(
    (listener: () => void) =>
      isMoving ? withModule(progressModule, { run: ({ onMove }) => onMove(live, { held, listener }) }) : () => {},
    [live, held, isMoving],
  );
  return useSyncExternalStore(subscribe, read, () => first);
}
