import type { SafelightError } from "@safelight/client";
import type { ActiveResponse, Generation } from "@safelight/client/contract";
import type { Live } from "./live.js";
import type { Flight } from "./submissions.js";

/** Where a hook instance is. */
export interface Place {
  readonly live: Live;
  /** Grows when another owner is signed in. */
  readonly epoch: number;
  readonly model: string;
  /** `null`: none, which is a place of its own. */
  readonly scope: string | null;
}

/** What a `useGenerate` shows. */
export interface Tracking {
  readonly place: Place;
  /** Nothing was decided yet: the newest active generation will be adopted. */
  readonly isOpen: boolean;
  /** The user acted here: nothing is taken up any more. */
  readonly isActed: boolean;
  readonly id: string | null;
  readonly flight: Flight | null;
  readonly isSubmitting: boolean;
  readonly isResumed: boolean;
  readonly error: SafelightError | null;
}

const untouched = { id: null, flight: null, isSubmitting: false, isResumed: false, error: null };

/** Before anything is decided. */
export function beginTracking(place: Place, resume: boolean): Tracking {
  return { ...untouched, place, isOpen: resume, isActed: false };
}

/** After the user submitted `flight`, or reset with `null`. */
export function actedTracking(place: Place, flight: Flight | null): Tracking {
  const outcome = flight?.outcome ?? null;
  const id = outcome !== null && "generation" in outcome ? outcome.generation.id : null;
  const isSubmitting = flight !== null && outcome === null;
  return { ...untouched, place, isOpen: false, isActed: true, flight, id, isSubmitting };
}

/** Tells whether two places are one. */
export function isSamePlace(left: Place, right: Place): boolean {
  return (
    left.live === right.live && left.epoch === right.epoch && left.model === right.model && left.scope === right.scope
  );
}

/** The newest active generation of a place; `null` when there is none. */
export function newestOf(active: ActiveResponse, { model, scope }: Place): Generation | null {
  return active.generations.find((generation) => generation.model === model && generation.scope === scope) ?? null;
}
