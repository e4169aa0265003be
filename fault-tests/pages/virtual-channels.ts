import type { Channel } from "../../packages/client/src/lib/watching/peers.js";
import type { Clock } from "../../packages/server/src/lib/ports/clock.js";
import type { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";

/** A page that joins channels. */
export interface ChannelMember {
  /** Runs a callback as soon as the page's event loop runs. */
  run(work: () => void): void;
}

interface Seat {
  readonly by: ChannelMember;
  receive(message: unknown): void;
}

/** Maximum delay of a message, and of one that is late. */
const [maxMessageMs, maxLateMs] = [4, 5_000];

/** Broadcast channels between the pages of one browser. */
export class VirtualChannels {
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #rooms = new Map<string, Set<Seat>>();
  #lostUntil = 0;
  #lateUntil = 0;
  /** The pages that have posted since the set was cleared. */
  readonly posters = new Set<ChannelMember>();

  constructor(clock: Clock, random: SeededRandom) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Number of listeners. */
  get size(): number {
    return [...this.#rooms.values()].reduce((sum, { size }) => sum + size, 0);
  }

  has(by: ChannelMember): boolean {
    return [...this.#rooms.values()].some((room) => [...room].some((seat) => seat.by === by));
  }

  /** Loses messages for some time. */
  lose(ms: number): void {
    this.#lostUntil = this.#clock.now() + ms;
  }

  /** Delivers the messages of some time late, in their order. */
  delay(ms: number): void {
    this.#lateUntil = this.#clock.now() + ms;
  }

  /** Closes all channels of a page that is gone. */
  drop(by: ChannelMember): void {
    for (const room of this.#rooms.values()) for (const seat of [...room]) if (seat.by === by) room.delete(seat);
  }

  join(name: string, { by, listener }: { readonly by: ChannelMember; listener(message: unknown): void }): Channel {
    const room = this.#rooms.get(name) ?? new Set();
    this.#rooms.set(name, room);
    let arrivesAt = 0;
    const seat: Seat = {
      by,
      receive: (message) => {
        const now = this.#clock.now();
        const delayMs = this.#random.between(0, now < this.#lateUntil ? maxLateMs : maxMessageMs);
        // Messages arrive in the order in which they were posted.
        arrivesAt = Math.max(arrivesAt, now + delayMs);
        this.#clock.setTimer(arrivesAt - now, () => by.run(() => room.has(seat) && listener(message)));
      },
    };
    room.add(seat);
    return {
      post: (message) => {
        this.posters.add(by);
        if (!room.has(seat) || this.#clock.now() < this.#lostUntil) return;
        const copy = structuredClone(message);
        for (const other of room) if (other !== seat) other.receive(copy);
      },
      close: () => room.delete(seat),
    };
  }
}

/** Time after which all messages of a window of lost or late ones have arrived. */
export const lateMessageMs = maxLateMs;
