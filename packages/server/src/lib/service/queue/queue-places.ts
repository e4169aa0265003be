import type { QueuePlace, QueuePosition } from "@safelight/client/contract";
import { expectedDurationMs } from "../../generation/expected-duration.js";
import type { GenerationRecord } from "../../generation/generation-record.js";
import { outputsIn } from "../../generation/work-size.js";
import type { ModelDefinitions } from "../../model/define-model.js";
import { gateLimitsOf, gateOf } from "../../model/gate-limits.js";
import type { Clock } from "../../ports/clock.js";
import type { EventBus } from "../../ports/event-bus.js";
import type { Store } from "../../ports/store/store.js";
import type { TimingCount } from "../../ports/store/timing-counts.js";
import { createQueueMoves, type QueueMoves } from "./queue-moves.js";
import { waitEstimateMs } from "./wait-estimate.js";
import {
  hasMoved,
  lengthOf,
  maxPosition,
  mayWait,
  type Place,
  placeIn,
  placesIn,
  type QueuedRecord,
  type WaitingPlaces,
} from "./waiting-places.js";

/** Max age of a list in milliseconds: a response reads an older one again. */
const maxListAgeMs = 1_000;
/** Max age of the durations of earlier runs, in milliseconds. */
const maxTimingsAgeMs = 60_000;

/** The fields of a record that its place and its expected end depend on. */
export type WaitingRecord = QueuedRecord &
  Pick<GenerationRecord, "expectedAt" | "model" | "requestedOutputs" | "version">;

/** The place of a waiting generation and its expected end, in epoch milliseconds of the database. */
export interface PlaceAndEnd extends Place {
  /** `null` without an estimate. */
  readonly expectedAt: number | null;
}

/** The places of waiting generations. Each gate's list is read at most once a second, for all owners together. */
export interface QueuePlaces extends Pick<QueueMoves, "watch"> {
  /** Reads the places of the records that wait, by id. Never rejects: if a read fails, the previous places stay. */
  read(records: readonly WaitingRecord[]): Promise<ReadonlyMap<string, PlaceAndEnd>>;
  /**
   * The number of generations that wait at a gate; `null` if the first read of its list fails. Never rejects.
   *
   * @param gate `null` for the generations without one.
   */
  lengthAt(gate: string | null): Promise<QueuePosition | null>;
}

/** Dependencies of the places. */
export interface QueuePlacesOptions {
  readonly store: Pick<Store, "onForeignCommit" | "readTimings" | "readWaiting">;
  readonly eventBus: EventBus;
  readonly clock: Clock;
  readonly models: ModelDefinitions;
  /** In request mode, each watch has its own timer: no request may call another one. */
  readonly mode: "loop" | "request";
}

/** A value and the time of its read. A promise is not cached: in request mode, it would belong to another request. */
interface CachedRead<Value> {
  readonly readAt: number;
  /** `null` before the first read that succeeds. */
  readonly value: Value | null;
}

export function createQueuePlaces({ clock, eventBus, mode, models, store }: QueuePlacesOptions): QueuePlaces {
  const limits = new Map(gateLimitsOf(models).map((limit) => [limit.key, limit]));
  const lists = new Map<string | null, CachedRead<WaitingPlaces>>();
  const timings = new Map<string, CachedRead<readonly TimingCount[]>>();

  const readList = async (gate: string | null): Promise<boolean> => {
    const before = lists.get(gate)?.value ?? null;
    // Set before the read, so that concurrent readers use the previous list.
    lists.set(gate, { readAt: clock.now(), value: before });
    const list = await store.readWaiting({ gate, limit: maxPosition + 1 }).catch(() => null);
    if (list === null) return false;
    const value = placesIn(list, before);
    lists.set(gate, { readAt: clock.now(), value });
    return hasMoved(before, value);
  };

  const isFresh = (cached: CachedRead<unknown> | undefined, maxAgeMs: number): boolean =>
    // A clock may be set back.
    cached !== undefined && cached.value !== null && Math.abs(clock.now() - cached.readAt) < maxAgeMs;

  const listOf = async (gate: string | null): Promise<WaitingPlaces | null> => {
    if (!isFresh(lists.get(gate), maxListAgeMs)) await readList(gate);
    return lists.get(gate)?.value ?? null;
  };

  /**
   * Duration of earlier runs at the provider that has the gate; `null` without enough of them. Clips of every length count,
   * because those ahead differ in length.
   */
  const runMsOf = async ({
    gate,
    model,
    requestedOutputs,
  }: Pick<GenerationRecord, "gate" | "model" | "requestedOutputs">): Promise<number | null> => {
    const providers = models[model]?.providers ?? [];
    const id = (providers.find((provider) => gateOf(provider) === gate) ?? providers[0])?.id;
    if (!isFresh(timings.get(model), maxTimingsAgeMs)) {
      const value = await store.readTimings({ models: [model] }).catch(() => []);
      timings.set(model, { readAt: clock.now(), value });
    }
    const runs = timings.get(model)?.value ?? [];
    const similar = runs.filter(({ providerId, size }) => providerId === id && outputsIn(size) === requestedOutputs);
    return expectedDurationMs(similar.map(({ bucket, count }) => [bucket, count]));
  };

  const limitOf = (gate: string | null) => (gate === null ? null : (limits.get(gate) ?? null));

  const placeOf = async (record: WaitingRecord): Promise<PlaceAndEnd | null> => {
    const list = await listOf(record.gate);
    const place = list === null ? null : placeIn(list, record);
    if (place === null) return null;
    const ahead = place.position;
    const waitMs = waitEstimateMs({ ahead, limit: limitOf(record.gate), runMs: await runMsOf(record) });
    return { ...place, expectedAt: waitMs === null ? record.expectedAt : place.since + waitMs };
  };

  const moves = createQueueMoves({ clock, eventBus, mode, readList, store });
  return {
    watch: (gates, listener) => moves.watch(gates, listener),

    async read(records) {
      const now = clock.now();
      const places = new Map<string, PlaceAndEnd>();
      for (const record of records) {
        const place = mayWait(record, now) ? await placeOf(record) : null;
        if (place !== null) places.set(record.id, place);
      }
      return places;
    },

    async lengthAt(gate) {
      const list = await listOf(gate);
      return list === null ? null : lengthOf(list);
    },
  };
}

/** The place as sent to clients. */
export function toQueuePlace(
  { id, version }: Pick<GenerationRecord, "id" | "version">,
  { place, now }: { readonly place: PlaceAndEnd; readonly now: number },
): QueuePlace {
  const { expectedAt, position, since } = place;
  return {
    id,
    version,
    expectedAt: expectedAt === null ? null : new Date(expectedAt).toISOString(),
    progress: {
      queuePosition: position,
      queuePositionAt: new Date(since).toISOString(),
      etaMs: expectedAt === null ? null : Math.max(expectedAt - now, 0),
    },
  };
}
