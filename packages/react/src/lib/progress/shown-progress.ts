import type { Generation } from "@safelight/client/contract";
import { activeDataOf } from "../connection/active-data-of.js";
import type { Live } from "../connection/live-interface.js";
import { onFrame } from "./frame-loop.js";
import { progressAt } from "./progress-at.js";
import { emptyView, type ProgressView } from "./progress-view.js";
import { serverTimeOf } from "./server-time-of.js";

/** The progress that one component shows of one generation. */
export interface ShownProgress {
  /** Returns the same object until the generation changes or `update` returns `true`. */
  read(generation: Generation | null): ProgressView;
  /** Recomputes the view. Returns whether the change is large enough to be visible. */
  update(): boolean;
}

export function createShownProgress(live: Live): ShownProgress {
  let generation: Generation | null = null;
  let receivedAt = 0;
  let view = emptyView;

  const viewNow = (given: Generation, shown: number | null): ProgressView => {
    const offsetMs = activeDataOf(live)?.serverOffsetMs ?? null;
    // Without an offset the device's clock may be hours off, and progress that was shown never decreases.
    if (offsetMs === null) {
      const now = serverTimeOf(live, given);
      return progressAt(given, { receivedAt: now, now, shown });
    }
    const known = live.commands?.find(given.id);
    // The connection keeps the first copy of a version, so its time is when the version was received.
    const newest = known?.version === given.version ? known : given;
    const receivedAtServerMs = (live.commands?.receivedAt(newest) ?? receivedAt) + offsetMs;
    return progressAt(newest, { receivedAt: receivedAtServerMs, now: Date.now() + offsetMs, shown });
  };

  return {
    read: (given) => {
      if (given === generation) return view;
      if (given?.version !== generation?.version) receivedAt = Date.now();
      view = given === null ? emptyView : viewNow(given, view.value);
      generation = given;
      return view;
    },
    update: () => {
      if (generation === null) return false;
      const next = viewNow(generation, view.value);
      if (visibleStateOf(view) === visibleStateOf(next)) return false;
      view = next;
      return true;
    },
  };
}

/** Calls the listener when the shown progress has moved visibly, until the returned function is called. */
export function onMove(
  live: Live,
  { held, listener }: { readonly held: { readonly shown?: ShownProgress | undefined }; readonly listener: () => void },
): () => void {
  const update = () => {
    if (held.shown?.update()) listener();
  };
  const [unsubscribe, unsubscribeFrame] = [live.subscribe(update), onFrame(update)];
  // The first render may predate this code.
  listener();
  return () => {
    unsubscribe();
    unsubscribeFrame();
  };
}

/** Rounds the view to a bar of 1,000 pixels and labels in whole seconds. Equal results need no render. */
function visibleStateOf({ value, elapsedMs, remainingMs }: ProgressView): string {
  const numbers = [(value ?? NaN) * 1_000, (elapsedMs ?? NaN) / 1_000, -(remainingMs ?? NaN) / 1_000];
  return numbers.map(Math.floor).join();
}
