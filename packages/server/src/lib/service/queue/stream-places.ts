import type { Generation, QueuePlace } from "@safelight/client/contract";
import type { GenerationRecord } from "../../generation/generation-record.js";
import type { ServiceContext } from "../service-context.js";
import { toQueuePlace, type WaitingRecord } from "./queue-places.js";
import { isBeforeAttempt } from "./waiting-places.js";

/** The places of the waiting generations of one stream, and the places that its reader has received. */
export class StreamPlaces {
  readonly #context: Pick<ServiceContext, "clock" | "queuePlaces">;
  readonly #onMove: () => void;
  /** Generations before an attempt, by id, without their inputs. One that is not due yet may wait later without a new version. */
  readonly #waiting = new Map<string, WaitingRecord>();
  /** The place that the reader has received, by id. */
  readonly #sent = new Map<string, string>();
  #gates = "";
  #unwatch = (): void => {};

  #hasMoved = false;

  /** @param onMove called at most once a second. */
  constructor(context: Pick<ServiceContext, "clock" | "queuePlaces">, onMove: () => void) {
    this.#context = context;
    this.#onMove = onMove;
  }

  /** Whether places may have changed since the last `read`. False while none waits: nothing would call `read` to reset it. */
  get hasMoved(): boolean {
    return this.#hasMoved && !this.isEmpty;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Follows the generations of a frame that are before an attempt, and forgets the others. */
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

  /** Forgets all generations. Call it before a snapshot. */
  clear(): void {
    this.forget([...this.#waiting.keys()]);
  }

  /** Records that the reader receives the places in these generations. */
  noteSent(generations: readonly Generation[]): void {
    for (const generation of generations) {
      if (this.#waiting.has(generation.id)) this.#sent.set(generation.id, keyOf(generation));
    }
  }

  /** Returns the places that the reader has not received. @param options.all also returns the others. */
  async read({ all = false }: { readonly all?: boolean } = {}): Promise<readonly QueuePlace[]> {
    this.#hasMoved = false;
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
      this.#hasMoved = true;
      this.#onMove();
    });
  }
}

function keyOf({ progress, version }: Pick<QueuePlace, "progress" | "version">): string {
  return `${version} ${progress.queuePosition} ${progress.queuePositionAt}`;
}
