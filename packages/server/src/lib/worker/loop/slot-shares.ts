import type { DueGeneration } from "../../ports/store/store-commands.js";

/** A generation that holds a slot: its owner and model, and whether it begins with a long copy or a start. */
export type SlotHolder = Pick<DueGeneration, "ownerId" | "model" | "isLongCopy" | "isStart">;

/**
 * Shares the slots of one worker between providers and owners, so that neither one silent provider nor one owner holds
 * all of them. The rule counts the slots of this process only: each process keeps its own reserve.
 *
 * - An owner never fills the last eighth of the slots (min 1), if there are four or more.
 * - With several providers, none fills the last quarter (min 1), where each idle provider finds a slot.
 * - Long copies fill at most half of the slots (min 1), so that requests, polls and images find one. Neither an owner nor,
 *   with several providers, a provider fills the last quarter of these (min 1), if there are two or more.
 * - A long copy goes first, since its result is paid. The other half is left to other work.
 * - Then other work in progress, before starts: otherwise, under overload, starts take all slots and paid jobs are not polled.
 *   But polls or copies that hang leave slots for starts and for other owners: work in progress fills at most all slots but an
 *   eighth; that of one provider, those that the provider may fill but an eighth; that of one owner, an eighth less than that.
 * - Candidates are then ordered by: fewest slots of the owner, fewest slots of the provider, the order of the read. The store
 *   returns the longest due first, then those that wait by their place in the queue, then the first ones of other owners.
 *
 * A single slot cannot be shared. A model counts under its first provider.
 */
export class SlotShares {
  readonly #slots: number;
  readonly #providers: ReadonlyMap<string, string>;
  readonly #providerCount: number;
  readonly #held = new Set<SlotHolder>();
  /** The holders that run a long copy. */
  readonly #copying = new Set<SlotHolder>();

  /**
   * @param options.slots max concurrent generations, from 1.
   * @param options.providers by model, the id of its first provider.
   */
  constructor({ slots, providers }: { readonly slots: number; readonly providers: ReadonlyMap<string, string> }) {
    this.#slots = slots;
    this.#providers = providers;
    this.#providerCount = new Set(providers.values()).size;
  }

  get free(): number {
    return this.#slots - this.#held.size;
  }

  /** Models whose provider may start another generation now. */
  get openModels(): readonly string[] {
    const tally = this.#tally();
    return [...this.#providers].flatMap(([model, id]) => (this.#hasRoomForProvider(tally, id) ? [model] : []));
  }

  /** Whether some generation may begin a long copy now. */
  get canStartLongCopy(): boolean {
    return this.#copying.size < this.#maxCopies;
  }

  /** Occupies a slot until `release`. */
  hold(holder: SlotHolder): void {
    this.#held.add(holder);
    if (holder.isLongCopy) this.#copying.add(holder);
  }

  /** The holder of a slot continues with a long copy. Returns false if the slots for copies are in use. */
  beginLongCopy(holder: SlotHolder): boolean {
    if (this.#copying.has(holder)) return true;
    if (!this.#mayCopy(this.#tally(), holder)) return false;
    this.#copying.add(holder);
    return true;
  }

  release(holder: SlotHolder): void {
    this.#held.delete(holder);
    this.#copying.delete(holder);
  }

  /**
   * Chooses the generations to start, in order.
   *
   * @param due in the order of the read.
   * @param count slots to fill, at most the number of free ones.
   */
  choose<Due extends DueGeneration>(due: readonly Due[], count: number): readonly Due[] {
    const tally = this.#tally();
    const waiting = new Set(due);
    const chosen: Due[] = [];
    while (chosen.length < count) {
      const next = this.#next(waiting, tally);
      if (next === null) break;
      waiting.delete(next);
      chosen.push(next);
      this.#count(tally, next);
    }
    return chosen;
  }

  #next<Due extends DueGeneration>(waiting: ReadonlySet<Due>, tally: Tally): Due | null {
    let best: Due | null = null;
    let bestRank: Rank | null = null;
    for (const due of waiting) {
      const provider = this.#providers.get(due.model);
      const ofOwner = tally.owners.get(due.ownerId) ?? 0;
      if (ofOwner >= this.#slots - this.#lastEighth) continue;
      if (!due.isStart && !this.#hasRoomInProgress(tally.inProgress, { ownerId: due.ownerId, provider })) continue;
      if (provider !== undefined && !this.#hasRoomForProvider(tally, provider)) continue;
      if (due.isLongCopy && !this.#mayCopy(tally, due)) continue;
      const rank: Rank = [this.#precedenceOf(due), ofOwner, tally.providers.get(provider ?? "") ?? 0];
      if (bestRank === null || isBefore(rank, bestRank)) [best, bestRank] = [due, rank];
    }
    return best;
  }

  /** With one slot, a copy gets no precedence: it would block all other work. */
  #precedenceOf({ isLongCopy, isStart }: DueGeneration): number {
    if (isLongCopy && this.#slots > 1) return 0;
    return isStart ? 2 : 1;
  }

  #hasRoomForProvider({ providers, held }: Tally, id: string): boolean {
    const ofProvider = providers.get(id) ?? 0;
    if (ofProvider === 0 || this.#providerCount === 1) return held < this.#slots;
    const withoutSlot = this.#providerCount - providers.size;
    const reserved = Math.min(withoutSlot, this.#slots - this.#maxOfProvider);
    return ofProvider < this.#maxOfProvider && this.#slots - held > reserved;
  }

  #hasRoomInProgress(
    { held, owners, providers }: Counts,
    { ownerId, provider = "" }: { readonly ownerId: string; readonly provider: string | undefined },
  ): boolean {
    const ofProvider = this.#maxOfProvider - this.#lastEighth;
    const ofOwner = ofProvider - this.#lastEighth;
    const isInShares = (providers.get(provider) ?? 0) < ofProvider && (owners.get(ownerId) ?? 0) < ofOwner;
    return isInShares && held < this.#slots - this.#lastEighth;
  }

  get #maxOfProvider(): number {
    return this.#providerCount === 1 ? this.#slots : this.#slots - reserve(this.#slots, 4);
  }

  /** Neither one owner nor work in progress fills these slots. */
  get #lastEighth(): number {
    return this.#slots < 4 ? 0 : reserve(this.#slots, 8);
  }

  get #maxCopies(): number {
    return Math.max(Math.floor(this.#slots / 2), 1);
  }

  #mayCopy({ copies }: Tally, { model, ownerId }: SlotHolder): boolean {
    const max = this.#maxCopies;
    const maxOfOne = max - reserve(max, 4);
    const ofProvider = this.#providerCount === 1 ? 0 : (copies.providers.get(this.#providers.get(model) ?? "") ?? 0);
    return copies.held < max && (copies.owners.get(ownerId) ?? 0) < maxOfOne && ofProvider < maxOfOne;
  }

  #tally(): Tally {
    const tally: Tally = { ...noSlots(), copies: noSlots(), inProgress: noSlots() };
    for (const holder of this.#held) this.#count(tally, { ...holder, isLongCopy: this.#copying.has(holder) });
    return tally;
  }

  #count(tally: Tally, { isLongCopy, isStart, model, ownerId }: SlotHolder): void {
    const provider = this.#providers.get(model);
    for (const counts of [tally, ...(isLongCopy ? [tally.copies] : []), ...(isStart ? [] : [tally.inProgress])]) {
      counts.held += 1;
      counts.owners.set(ownerId, (counts.owners.get(ownerId) ?? 0) + 1);
      if (provider !== undefined) counts.providers.set(provider, (counts.providers.get(provider) ?? 0) + 1);
    }
  }
}

/** Slots by owner, by provider, and in total. */
interface Counts {
  readonly owners: Map<string, number>;
  readonly providers: Map<string, number>;
  held: number;
}

interface Tally extends Counts {
  /** The same counts, of long copies only. */
  readonly copies: Counts;
  /** The same counts, without starts. */
  readonly inProgress: Counts;
}

function noSlots(): Counts {
  return { owners: new Map(), providers: new Map(), held: 0 };
}

/** Precedence: a long copy 0, other work in progress 1, a start 2. Then the slots of the owner, and those of the provider. */
type Rank = readonly [number, number, number];

function isBefore(a: Rank, b: Rank): boolean {
  return (a[0] - b[0] || a[1] - b[1] || a[2] - b[2]) < 0;
}

/** One of `parts` equal parts of the slots, min 1; 0 if there is a single slot. */
function reserve(slots: number, parts: number): number {
  return slots === 1 ? 0 : Math.max(Math.floor(slots / parts), 1);
}
