import type { Generation } from "@safelight/client/contract";
import type { Clock } from "../../src/lib/ports/clock.js";
import type { SeededRandom } from "../../src/lib/testing/simulation/seeded-random.js";
import { activeAnswer, changesAnswer, generationOf } from "./wire-answers.js";

/** What comes of a request: an answer, or that the connection broke before there was one. */
export type Outcome = Response | "lost";

/** Who asks. */
export interface Asker {
  deliver(outcome: Outcome): void;
  /** Does what reaches the page, when it can be reached. */
  run(work: () => void): void;
  /** Aborted when it waits for no answer any more. */
  readonly gone: AbortSignal;
}

/** How an owner stands, or stood. */
export interface Standing {
  readonly sequence: number;
  readonly generations: ReadonlyMap<string, Generation>;
  /** The sequence at which each was deleted. */
  readonly deleted: ReadonlyMap<string, number>;
}

/** Something that is open: a stream, or a question that is held. */
interface Open {
  readonly lag: number;
  /** Something has changed. */
  news(): void;
  cut(): void;
  /** Nothing comes of it any more. */
  mute(): void;
}

const nobody: Standing = { sequence: 0, generations: new Map(), deleted: new Map() };

/** What the account holds. */
export const balance = 100;

const beatMs = 15_000;
/** What cuts held questions does so after it. */
const mostHeldMs = 2_000;

/** The server as one owner knows it: what is active, what changed, and streams of it, in the wire's own form. */
export class VirtualOwner {
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #open = new Set<Open>();
  /** Every standing since the last backup was brought back, the newest last. */
  #standings: Standing[] = [nobody];
  #backup = nobody;
  #stamp = 0;
  #isUp = true;
  #flickers = false;
  #collects = false;
  #cutsHeld = false;
  #lag = 0;
  /** How many requests have arrived. */
  requests = 0;

  constructor(clock: Clock, random: SeededRandom) {
    this.#clock = clock;
    this.#random = random;
  }

  /** How many streams and held questions are open. */
  get connections(): number {
    return this.#open.size;
  }

  generations(): Iterable<Generation> {
    return this.#now().generations.values();
  }

  change(id: string): void {
    const { sequence, generations, deleted } = this.#now();
    const version = (generations.get(id)?.version ?? 0) + 1;
    this.#stamp += 1;
    // What a restored backup has undone may come again in the same version and be another thing.
    const changed = generationOf({ id, version, sequence: sequence + 1, metadata: { stamp: this.#stamp } });
    const others = new Map(deleted);
    others.delete(id);
    this.#become({ sequence: sequence + 1, generations: new Map(generations).set(id, changed), deleted: others });
  }

  delete(id: string): void {
    const { sequence, generations, deleted } = this.#now();
    if (!generations.has(id)) return;
    const others = new Map(generations);
    others.delete(id);
    this.#become({
      sequence: sequence + 1,
      generations: others,
      deleted: new Map(deleted).set(id, sequence + 1),
    });
  }

  setUp(isUp = !this.#isUp): void {
    this.#isUp = isUp;
    if (!isUp) this.cut();
  }

  flicker(flickers = !this.#flickers): void {
    this.#flickers = flickers;
  }

  cut(): void {
    for (const open of [...this.#open]) open.cut();
  }

  mute(): void {
    for (const open of [...this.#open]) open.mute();
  }

  /** Of streams that begin from now on. */
  collect(collects = !this.#collects): void {
    this.#collects = collects;
  }

  /** Of questions that are asked from now on. */
  cutHeld(cutsHeld = !this.#cutsHeld): void {
    this.#cutsHeld = cutsHeld;
  }

  setLag(changes: number): void {
    this.#lag = changes;
    this.#tellNews();
  }

  backUp(): void {
    this.#backup = this.#now();
  }

  restore(): void {
    this.#standings = [this.#backup];
    this.cut();
  }

  answer(request: Request, asker: Asker): void {
    // Let go of on the way.
    if (asker.gone.aborted) return;
    this.requests += 1;
    if (!this.#isUp || (this.#flickers && this.#random.chance(0.5))) {
      asker.deliver(this.#random.chance(0.5) ? "lost" : new Response("down", { status: 503 }));
      return;
    }
    const url = new URL(request.url);
    const after = url.searchParams.get("after");
    const lag = this.#random.between(0, this.#lag);
    if (url.pathname.endsWith("/events")) this.#stream({ asker, lag, after: Number(after) });
    else if (after === null) asker.deliver(activeAnswer(this.#at(lag)));
    else
      this.#question({
        asker,
        lag,
        after: Number(after),
        waitMs: Number(url.searchParams.get("wait")) * 1_000,
      });
  }

  #question(asked: {
    readonly asker: Asker;
    readonly lag: number;
    readonly after: number;
    readonly waitMs: number;
  }): void {
    const { asker, lag, after, waitMs } = asked;
    const answer = (): void => asker.deliver(changesAnswer(this.#at(lag), after));
    if (this.#at(lag).sequence !== after || waitMs === 0) {
      answer();
      return;
    }
    const end = (): void => {
      cancel();
      this.#open.delete(open);
    };
    const open: Open = {
      lag,
      news: () => {
        if (this.#at(lag).sequence === after) return;
        end();
        answer();
      },
      cut: () => {
        end();
        asker.deliver("lost");
      },
      mute: end,
    };
    const cancel = this.#cutsHeld
      ? this.#clock.setTimer(Math.min(waitMs, mostHeldMs), open.cut)
      : this.#clock.setTimer(waitMs, () => {
          end();
          answer();
        });
    this.#open.add(open);
    asker.gone.addEventListener("abort", end);
  }

  #stream(asked: { readonly asker: Asker; readonly lag: number; readonly after: number }): void {
    const { asker, lag, after } = asked;
    const encoder = new TextEncoder();
    let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
    let position = after;
    let isMute = this.#collects;
    let cancel = (): void => {};
    const end = (): void => {
      cancel();
      this.#open.delete(open);
      controller = null;
    };
    const say = (text: string): void => {
      if (isMute) return;
      const to = controller;
      asker.run(() => {
        try {
          to?.enqueue(encoder.encode(text));
        } catch {
          // It has let go of the stream meanwhile.
        }
      });
    };
    const tell = (event: string, data: object): void => say(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    const beat = (): void => {
      say(":\n\n");
      cancel = this.#clock.setTimer(beatMs, beat);
    };
    const open: Open = {
      lag,
      news: () => {
        const { sequence, generations, deleted } = this.#at(lag);
        const changed = [...generations.values()].filter((one) => one.sequence > position);
        const gone = [...deleted].filter(([, at]) => at > position).map(([id, at]) => ({ id, sequence: at }));
        for (const change of [...changed, ...gone].sort((one, other) => one.sequence - other.sequence)) {
          tell("status" in change ? "generation" : "deleted", change);
        }
        position = Math.max(position, sequence);
      },
      cut: () => {
        const to = controller;
        end();
        asker.run(() => {
          try {
            to?.error(new TypeError("cut"));
          } catch {
            // It has let go of the stream meanwhile.
          }
        });
      },
      mute: () => {
        isMute = true;
      },
    };
    const body = new ReadableStream<Uint8Array>({
      start: (its) => {
        controller = its;
      },
      cancel: end,
    });
    asker.gone.addEventListener("abort", () => open.cut());
    this.#open.add(open);
    const { sequence } = this.#at(lag);
    tell("hello", { ownerTag: "owner", sequence, serverTime: new Date(this.#clock.now()).toISOString() });
    if (sequence < after) tell("resync", { sequence });
    else open.news();
    tell("credits", { balance });
    cancel = this.#clock.setTimer(beatMs, beat);
    asker.deliver(new Response(body, { headers: { "content-type": "text/event-stream" } }));
  }

  #become(standing: Standing): void {
    this.#standings.push(standing);
    this.#tellNews();
  }

  #tellNews(): void {
    for (const open of [...this.#open]) open.news();
  }

  #now(): Standing {
    return this.#at(0);
  }

  /** As a copy knows it that is so many changes behind. None is further behind than all of them are by now. */
  #at(lag: number): Standing {
    const behind = Math.min(lag, this.#lag, this.#standings.length - 1);
    const standing = this.#standings.at(-1 - behind);
    if (standing === undefined) throw new Error("an owner stands somewhere");
    return standing;
  }
}
