import type { SafelightEvent } from "@safelight/client";
import type { ActiveResponse, Generation } from "@safelight/client/contract";
import type { Clock } from "../../packages/server/src/lib/ports/clock.js";
import type { Change } from "./virtual-owner.js";
import type { VirtualServer } from "./virtual-server.js";

/** A sign-in reaches every page within this time: a stream is re-authenticated after 40 s, a page tries again after 60 s. */
const maxSignInMs = 62_000;

/** How far a view knows the changes. */
interface Position {
  readonly ownerTag: string;
  readonly sequence: number;
  readonly timeline: string;
}

/** The data that the events of a page contained, and the promises that they broke. */
export class PageView {
  readonly violations: string[] = [];
  /** Number of received changes. */
  received = 0;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #server: VirtualServer;
  readonly #maxDelayMs: () => number;
  readonly #mayGoBack: () => boolean;
  readonly #held = new Map<string, Generation>();
  #position: Position | null = null;
  #connection = "none";
  #isCurrent = false;
  #balance: number | null = null;
  /** Whether the position is one of a history that a restore has undone. */
  #isUndone = false;
  /**
   * Whether the counter of an unnamed restore has reached an undone position. Nothing distinguishes the two histories
   * then, so the page may show either, until its next snapshot.
   */
  #isOvertaken = false;

  constructor(
    name: string,
    options: {
      readonly clock: Clock;
      readonly server: VirtualServer;
      readonly maxDelayMs: () => number;
      readonly mayGoBack: () => boolean;
    },
  ) {
    this.#name = name;
    this.#clock = options.clock;
    this.#server = options.server;
    this.#maxDelayMs = options.maxDelayMs;
    this.#mayGoBack = options.mayGoBack;
  }

  /** `after` of the events that continue this view. */
  get position(): Position | undefined {
    return this.#position ?? undefined;
  }

  /**
   * The events ended: the next ones begin without a balance.
   *
   * @param options.isForgotten whether they begin with a snapshot, rather than at the position of this view.
   */
  end({ isForgotten }: { readonly isForgotten: boolean }): void {
    this.#balance = null;
    if (!isForgotten) return;
    this.#position = null;
    this.#isUndone = false;
    this.#isOvertaken = false;
  }

  /** Shows the response with which the page was rendered. */
  render(active: ActiveResponse): void {
    this.#replace(active);
  }

  /** @param calmSince since when no fault delays this page, as epoch milliseconds. */
  take(event: SafelightEvent, calmSince: number): void {
    this.checkDelay(calmSince);
    if (event.type === "connection") {
      this.#connection = event.state;
      this.#isCurrent = event.isCurrent;
    } else if (event.type === "credits") this.#balance = event.balance;
    else if (event.type === "snapshot") this.#replace(event.active);
    else if (event.type === "generation") {
      const { generation } = event;
      if (generation.ownerTag !== this.#position?.ownerTag) {
        this.#add(`received ${generation.id} of ${generation.ownerTag} after ${this.#position?.ownerTag}`);
      }
      this.#advance(generation);
      this.#held.set(generation.id, generation);
    } else if (event.type === "deleted") {
      this.#advance({ id: event.id, sequence: event.sequence });
      this.#held.delete(event.id);
    }
  }

  /** A backup was restored: later positions are undone. */
  restored(): void {
    const owner = this.#owner();
    if (owner !== undefined && (this.#position?.sequence ?? 0) > owner.newest.sequence) this.#isUndone = true;
    this.compare();
  }

  /** Compares the position with the server's, after a change. */
  compare(): void {
    if (!this.#isUndone || this.#position?.timeline !== this.#server.timeline) return;
    if ((this.#owner()?.newest.sequence ?? 0) >= this.#position.sequence) this.#isOvertaken = true;
  }

  /** Adds a violation if the page does not know a change in time. */
  checkDelay(calmSince: number): void {
    const missesSince = this.#missesSince();
    const since = missesSince ?? (this.#hasOldBalance() ? (this.#owner()?.changedAt ?? 0) : Infinity);
    const delayMs = this.#clock.now() - Math.max(since, calmSince);
    if (delayMs <= this.#maxDelayMs()) return;
    const missed = missesSince === null ? "the balance" : "a change";
    this.#add(`missed ${missed} for ${delayMs} ms: ${this.#describe()}`);
  }

  /** Differences between the page and the server, at a time without faults. */
  mistakes(): readonly string[] {
    const mistakes: string[] = [];
    const { session } = this.#server;
    if (session !== null && !this.#isOvertaken) {
      const [shown, there] = [show(this.#held.values()), show(session.newest.generations.values())];
      if (shown !== there) mistakes.push(`shows ${shown || "nothing"}, the server has ${there || "nothing"}`);
      if (this.#hasOldBalance()) {
        mistakes.push(`shows a balance of ${this.#balance}, the account has ${session.newest.balance}`);
      }
    }
    if (!["live", "polling"].includes(this.#connection)) mistakes.push(`is ${this.#connection} without any fault`);
    if (!this.#isCurrent) mistakes.push("is not current");
    return mistakes.map((mistake) => `${this.#name} ${mistake}`);
  }

  /** Since when the page does not know a change of the signed-in owner; `null` if it knows all. */
  #missesSince(): number | null {
    const { session, sessionSince, timeline } = this.#server;
    if (session === null || this.#isOvertaken) return null;
    const position = this.#position;
    if (position?.ownerTag !== session.tag) return sessionSince + maxSignInMs;
    if (this.#isUndone) return session.restoredAt;
    // A position of an older timeline that is not undone is complete up to its sequence.
    const changedAt = session.changedAfter(position.sequence);
    return changedAt === null ? null : Math.max(changedAt, position.timeline === timeline ? 0 : session.restoredAt);
  }

  /** Only a stream delivers balances. */
  #hasOldBalance(): boolean {
    const { session } = this.#server;
    return (
      session !== null && !this.#isOvertaken && (this.#balance ?? session.newest.balance) !== session.newest.balance
    );
  }

  #replace(active: ActiveResponse): void {
    const { ownerTag, sequence, timeline } = active;
    const before = this.#position;
    if (before !== null && before.ownerTag === ownerTag) {
      const isSame = before.timeline === timeline;
      const isBack = isSame ? sequence < before.sequence && !this.#isUndone : isOlder(timeline, before.timeline);
      if (isBack && !this.#mayGoBack()) {
        this.#add(`went back from ${before.sequence} (${before.timeline}) to ${sequence} (${timeline})`);
      }
    }
    if (before !== null && before.ownerTag !== ownerTag && this.#balance !== null) {
      this.#add(`shows ${before.ownerTag}'s balance of ${this.#balance} to ${ownerTag}`);
    }
    this.#held.clear();
    for (const generation of active.generations) {
      if (generation.ownerTag !== ownerTag) this.#add(`received a snapshot with ${generation.ownerTag}'s data`);
      this.#held.set(generation.id, generation);
    }
    this.#position = { ownerTag, sequence, timeline };
    this.#isOvertaken = false;
    this.#isUndone = this.#owner()?.hasUndoneSnapshot(active) ?? false;
    this.compare();
  }

  #advance(change: Change): void {
    const { id, sequence } = change;
    this.received += 1;
    const before = this.#position;
    if (before === null) throw new Error(`${this.#name} received ${id} before a snapshot.`);
    if (sequence <= before.sequence) this.#add(`received ${id} with the sequence ${sequence} after ${before.sequence}`);
    this.#position = { ...before, sequence };
    if (this.#owner()?.hasUndone(change)) this.#isUndone = true;
    this.compare();
  }

  #owner() {
    return this.#server.owners.find(({ tag }) => tag === this.#position?.ownerTag);
  }

  #describe(): string {
    const at = this.#position;
    const { session, timeline } = this.#server;
    return `it is at ${at?.ownerTag} ${at?.sequence} ${at?.timeline}, the server at ${session?.tag} ${session?.newest.sequence} ${timeline}`;
  }

  #add(violation: string): void {
    this.violations.push(`${this.#name} ${violation}`);
  }
}

/** Timelines are numbered; a client may only compare them for equality. */
function isOlder(timeline: string, other: string): boolean {
  return timeline < other;
}

function show(generations: Iterable<Generation>): string {
  return [...generations]
    .map(({ id, version, metadata }) => `${id} v${version} ${JSON.stringify(metadata)}`)
    .sort()
    .join(", ");
}
