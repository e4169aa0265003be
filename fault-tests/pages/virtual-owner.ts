import type { Generation } from "@safelight/client/contract";
import type { Clock } from "../../packages/server/src/lib/ports/clock.js";
import type { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import type { Snapshot } from "./snapshot.js";
import { activeResponse, changesResponse, generationOf } from "./wire-responses.js";

/** Outcome of a request: a response, or a connection that broke before one. */
export type Outcome = Response | "lost";

/** The client side of a request. */
export interface Connection {
  deliver(outcome: Outcome): void;
  /** Runs a callback as soon as the page's event loop runs. */
  run(work: () => void): void;
  /** Aborted when the client no longer waits for the response. */
  readonly gone: AbortSignal;
}

/** An open response: a stream or a long poll. */
interface Open {
  readonly lag: number;
  /** Called after each change. */
  notify(): void;
  cut(): void;
  /** Keeps the response open without further bytes. */
  mute(): void;
}

const empty: Snapshot = { sequence: 0, generations: new Map(), deleted: new Map() };

/** The balance of the account. */
export const balance = 100;

const beatMs = 15_000;
/** A proxy that cuts long polls does so after this time. */
const maxHeldMs = 2_000;

/** The server as one owner sees it: active generations, changes, and streams of them, in the format of the wire. */
export class VirtualOwner {
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #open = new Set<Open>();
  /** Snapshots since the last restore, newest last. */
  #snapshots: Snapshot[] = [empty];
  #backup = empty;
  #stamp = 0;
  #isUp = true;
  #flickers = false;
  #collects = false;
  #cutsHeld = false;
  #lag = 0;
  /** Number of requests that arrived. */
  requests = 0;

  constructor(clock: Clock, random: SeededRandom) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Number of open streams and long polls. */
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
    // After a restore the same version may return with other content; the stamp makes them differ.
    const changed = generationOf({ id, version, sequence: sequence + 1, metadata: { stamp: this.#stamp } });
    const others = new Map(deleted);
    others.delete(id);
    this.#push({ sequence: sequence + 1, generations: new Map(generations).set(id, changed), deleted: others });
  }

  delete(id: string): void {
    const { sequence, generations, deleted } = this.#now();
    if (!generations.has(id)) return;
    const others = new Map(generations);
    others.delete(id);
    this.#push({
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

  /** Affects streams that begin from now on. */
  collect(collects = !this.#collects): void {
    this.#collects = collects;
  }

  /** Affects long polls that begin from now on. */
  cutHeld(cutsHeld = !this.#cutsHeld): void {
    this.#cutsHeld = cutsHeld;
  }

  setLag(changes: number): void {
    this.#lag = changes;
    this.#notifyAll();
  }

  backUp(): void {
    this.#backup = this.#now();
  }

  restore(): void {
    this.#snapshots = [this.#backup];
    this.cut();
  }

  handle(request: Request, connection: Connection): void {
    // Aborted on its way to the server.
    if (connection.gone.aborted) return;
    this.requests += 1;
    if (!this.#isUp || (this.#flickers && this.#random.chance(0.5))) {
      connection.deliver(this.#random.chance(0.5) ? "lost" : new Response("down", { status: 503 }));
      return;
    }
    const url = new URL(request.url);
    const after = url.searchParams.get("after");
    const lag = this.#random.between(0, this.#lag);
    if (url.pathname.endsWith("/events")) this.#stream({ connection, lag, after: Number(after) });
    else if (after === null) connection.deliver(activeResponse(this.#at(lag)));
    else
      this.#longPoll({
        connection,
        lag,
        after: Number(after),
        waitMs: Number(url.searchParams.get("wait")) * 1_000,
      });
  }

  #longPoll(options: {
    readonly connection: Connection;
    readonly lag: number;
    readonly after: number;
    readonly waitMs: number;
  }): void {
    const { connection, lag, after, waitMs } = options;
    const respond = (): void => connection.deliver(changesResponse(this.#at(lag), after));
    if (this.#at(lag).sequence !== after || waitMs === 0) {
      respond();
      return;
    }
    const end = (): void => {
      cancel();
      this.#open.delete(open);
    };
    const open: Open = {
      lag,
      notify: () => {
        if (this.#at(lag).sequence === after) return;
        end();
        respond();
      },
      cut: () => {
        end();
        connection.deliver("lost");
      },
      mute: end,
    };
    const cancel = this.#cutsHeld
      ? this.#clock.setTimer(Math.min(waitMs, maxHeldMs), open.cut)
      : this.#clock.setTimer(waitMs, () => {
          end();
          respond();
        });
    this.#open.add(open);
    connection.gone.addEventListener("abort", end);
  }

  #stream(options: { readonly connection: Connection; readonly lag: number; readonly after: number }): void {
    const { connection, lag, after } = options;
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
    const write = (text: string): void => {
      if (isMute) return;
      const to = controller;
      connection.run(() => {
        try {
          to?.enqueue(encoder.encode(text));
        } catch {
          // The client has canceled the stream.
        }
      });
    };
    const send = (event: string, data: object): void => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    const beat = (): void => {
      write(":\n\n");
      cancel = this.#clock.setTimer(beatMs, beat);
    };
    const open: Open = {
      lag,
      notify: () => {
        const { sequence, generations, deleted } = this.#at(lag);
        const changed = [...generations.values()].filter((one) => one.sequence > position);
        const gone = [...deleted].filter(([, at]) => at > position).map(([id, at]) => ({ id, sequence: at }));
        for (const change of [...changed, ...gone].sort((one, other) => one.sequence - other.sequence)) {
          send("status" in change ? "generation" : "deleted", change);
        }
        position = Math.max(position, sequence);
      },
      cut: () => {
        const to = controller;
        end();
        connection.run(() => {
          try {
            to?.error(new TypeError("cut"));
          } catch {
            // The client has canceled the stream.
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
    connection.gone.addEventListener("abort", () => open.cut());
    this.#open.add(open);
    const { sequence } = this.#at(lag);
    send("hello", { ownerTag: "owner", sequence, serverTime: new Date(this.#clock.now()).toISOString() });
    if (sequence < after) send("resync", { sequence });
    else open.notify();
    send("credits", { balance });
    cancel = this.#clock.setTimer(beatMs, beat);
    connection.deliver(new Response(body, { headers: { "content-type": "text/event-stream" } }));
  }

  #push(snapshot: Snapshot): void {
    this.#snapshots.push(snapshot);
    this.#notifyAll();
  }

  #notifyAll(): void {
    for (const open of [...this.#open]) open.notify();
  }

  #now(): Snapshot {
    return this.#at(0);
  }

  /** The snapshot of a replica that is this many changes behind, but no more than `lag` changes now allow. */
  #at(lag: number): Snapshot {
    const behind = Math.min(lag, this.#lag, this.#snapshots.length - 1);
    const snapshot = this.#snapshots.at(-1 - behind);
    if (snapshot === undefined) throw new Error("The owner has no snapshot.");
    return snapshot;
  }
}
