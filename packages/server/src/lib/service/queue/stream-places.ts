import type { Generation, QueuePlace } from "@safelight/client/contract";
import type { GenerationRecord } from "../../generation/generation-record.js";
import type { ServiceContext } from "../service-context.js";
import { toQueuePlace, type WaitingRecord } from "./queue-places.js";
import { isBeforeAttempt } from "./waiting-places.js";

/** The places of the waiting generations of one stream, and which of them its reader has. */
export class StreamPlaces {
  readonly #context: Pick<ServiceContext, "clock" | "queuePlaces">;
  readonly #onMove: () => void;
  /** Those before an attempt: they may wait later without another version. Without their inputs. */
  readonly #waiting = new Map<string, WaitingRecord>();
  /** By id, the place that the reader has. */
  readonly #sent = new Map<string, string>();
  #gates = "";
  #unwatch = (): void => {};

  /** Whether places may have changed since the last `read`. */
  hasMoved = false;

  /** @param onMove called at most once a second. */
  constructor(context: Pick<ServiceContext, "clock" | "queuePlaces">, onMove: () => void) {
    this.#context = context;
    this.#onMove = onMove;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Follows the generations that a frame has, in their newest versions. */
  follow(records: readonly GenerationRecord[]): void {
    for (const record of records) {
      const { createdAt, dueAt, expectedAt, gate, id, model, rank, requestedOutputs, state, version } = record;
      if (isBeforeAttempt(record)) {
        const kept = { createdAt, dueAt, expectedAt, gate, id, model, rank, requestedOutputs, state, version };
        this.#waiting.set(id, kept);
      } else this.forget([id]);
    }
    this.#watch();
  }

  forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.#waiting.delete(id);
      this.#sent.delete(id);
    }
    this.#watch();
  }

  /** Forgets all of them, before a snapshot. */
  clear(): void {
    this.forget([...this.#waiting.keys()]);
  }

  /** The reader has the places in these generations. */
  noteSent(generations: readonly Generation[]): void {
    for (const generation of generations) {
      if (this.#waiting.has(generation.id)) this.#sent.set(generation.id, keyOf(generation));
    }
  }

  /** The places that the reader does not have. @param options.all also those that it has. */
  async read({ all = false }: { readonly all?: boolean } = {}): Promise<readonly QueuePlace[]> {
    this.hasMoved = false;
    const { clock, queuePlaces } = this.#context;
    const found = await queuePlaces.read([...this.#waiting.values()]);
    const now = clock.now();
    const places = [...this.#waiting.values()].flatMap((record) => {
      const place = found.get(record.id);
      return place === undefined ? [] : [toQueuePlace(record, { place, now })];
    });
    const unsent = places.filter((place) => all || this.#sent.get(place.id) !== keyOf(place));
    for (const place of unsent) this.#sent.set(place.id, keyOf(place));
    return unsent;
  }

  dispose(): void {
    this.#unwatch();
  }

  #watch(): void {
    const gates = [...new Set([...this.#waiting.values()].map(({ gate }) => gate))];
    const key = JSON.stringify(gates.toSorted());
    if (key === this.#gates) return;
    this.#gates = key;
    this.#unwatch();
    this.#unwatch = this.#context.queuePlaces.watch(gates, () => {
      this.hasMoved = true;
      this.#onMove();
    });
  }
}

function keyOf({ progress, version }: Pick<QueuePlace, "progress" | "version">): string {
  return `${version} ${progress.queuePosition} ${progress.queuePositionAt}`;
}
