import type { ActiveResponse } from "@safelight/client/contract";
import type { Clock } from "../../packages/server/src/lib/ports/clock.js";
import type { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import type { Connection, HeldResponse } from "./connection.js";
import type { ServedSnapshot } from "./snapshot.js";
import { VirtualOwner } from "./virtual-owner.js";
import { openStream } from "./virtual-stream.js";
import { activeOf, changesResponseOf, refusal } from "./wire-responses.js";

/** A request of changes. */
interface Question {
  readonly connection: Connection;
  readonly caller: VirtualOwner;
  readonly lagMs: number;
  /** `null` for a snapshot. */
  readonly after: number | null;
  /** `null` if it is not compared. */
  readonly owner: string | null;
  readonly timeline: string | null;
}

/** A proxy that cuts long polls does so after this time. */
const maxHeldMs = 2_000;
/** How long a request waits for its replica to reach `after`, and how often it reads. */
const [catchUpMs, catchUpEveryMs] = [2_000, 100];

/** The server, its database with two owners, and the session of the browser. */
export class VirtualServer {
  readonly owners: readonly [VirtualOwner, VirtualOwner];
  /** Number of requests that arrived. */
  requests = 0;
  /** Since when the session is the current one, as epoch milliseconds. */
  sessionSince: number;
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #held = new Set<HeldResponse>();
  #session: VirtualOwner | null;
  #timeline = 1;
  #isUp = true;
  #flickers = false;
  #collects = false;
  #cutsHeld = false;
  #lagMs = 0;

  constructor(clock: Clock, random: SeededRandom) {
    this.#clock = clock;
    this.#random = random;
    this.owners = [
      new VirtualOwner("owner-a", { clock, balance: 1_000 }),
      new VirtualOwner("owner-b", { clock, balance: 5_000 }),
    ];
    [this.#session] = this.owners;
    this.sessionSince = clock.now();
  }

  /** Number of open streams and long polls. */
  get connections(): number {
    return this.#held.size;
  }

  /** The owner who is signed in; `null` for none. */
  get session(): VirtualOwner | null {
    return this.#session;
  }

  /** Later ones compare as greater strings. */
  get timeline(): string {
    return `timeline-${String(this.#timeline).padStart(3, "0")}`;
  }

  /** Signs an owner in, or out with `null`. The cookie is the same in all pages of the browser. */
  signIn(owner: VirtualOwner | null): void {
    if (owner === this.#session) return;
    this.#session = owner;
    this.sessionSince = this.#clock.now();
  }

  /** Changes the data, and notifies each open response when its replica has the change. */
  commit(work: () => void): void {
    work();
    for (const held of [...this.#held]) this.#notifyLater(held);
  }

  setUp(isUp = !this.#isUp): void {
    this.#isUp = isUp;
    if (!isUp) this.cut();
  }

  flicker(flickers = !this.#flickers): void {
    this.#flickers = flickers;
  }

  /** Whether every request reaches the server. */
  get isReachable(): boolean {
    return this.#isUp && !this.#flickers;
  }

  cut(): void {
    for (const held of [...this.#held]) held.cut();
  }

  mute(): void {
    for (const held of [...this.#held]) held.mute();
  }

  get isCollecting(): boolean {
    return this.#collects;
  }

  /** Affects streams that begin from now on. */
  collect(collects = !this.#collects): void {
    this.#collects = collects;
  }

  /** Affects long polls that begin from now on. */
  cutHeld(cutsHeld = !this.#cutsHeld): void {
    this.#cutsHeld = cutsHeld;
  }

  /** From now on, replicas are up to this many milliseconds behind. */
  setLag(lagMs: number): void {
    this.#lagMs = lagMs;
    for (const held of [...this.#held]) held.notify();
  }

  backUp(): void {
    for (const owner of this.owners) owner.backUp();
  }

  /**
   * Restores the last backup.
   *
   * @param options.isNamed whether the database gets another timeline, as by `safelight restored`.
   * @param options.isCut whether open responses are cut. Without a new timeline, a stream would not notice.
   */
  restore({ isNamed, isCut }: { readonly isNamed: boolean; readonly isCut: boolean }): void {
    for (const owner of this.owners) owner.restore();
    if (isNamed) this.#timeline += 1;
    if (isCut || !isNamed) this.cut();
    else for (const held of [...this.#held]) held.notify();
  }

  /** Renders a page: the response of `active` that comes with it; `null` if it comes without one. */
  render(): ActiveResponse | null {
    if (!this.isReachable || this.#session === null) return null;
    return activeOf(this.#read(this.#session, this.#random.between(0, this.#lagMs)));
  }

  handle(request: Request, connection: Connection): void {
    // Aborted on its way to the server.
    if (connection.gone.aborted) return;
    this.requests += 1;
    if (!this.#isUp || (this.#flickers && this.#random.chance(0.5))) {
      connection.deliver(this.#random.chance(0.5) ? "lost" : new Response("down", { status: 503 }));
      return;
    }
    const caller = this.#session;
    if (caller === null) {
      connection.deliver(refusal());
      return;
    }
    const { pathname, searchParams: query } = new URL(request.url);
    const after = query.get("after");
    const question: Question = {
      connection,
      caller,
      lagMs: this.#random.between(0, this.#lagMs),
      after: after === null ? null : Number(after),
      owner: query.get("owner"),
      timeline: query.get("timeline"),
    };
    const waitMs = Number(query.get("wait")) * 1_000;
    this.#catchUp(question, () => {
      if (pathname.endsWith("/events")) this.#stream(question);
      else if (after === null) connection.deliver(Response.json(activeOf(this.#read(caller, question.lagMs))));
      else this.#longPoll(question, waitMs);
    });
  }

  /** Waits until the replica has reached the position of a request, for up to two seconds. */
  #catchUp(question: Question, done: () => void): void {
    const until = this.#clock.now() + catchUpMs;
    const check = (): void => {
      if (question.connection.gone.aborted) return;
      const { sequence } = this.#read(question.caller, question.lagMs);
      const isBehind = this.#isSameHistory(question) && (question.after ?? 0) > sequence;
      if (isBehind && this.#clock.now() < until) this.#clock.setTimer(catchUpEveryMs, check);
      else done();
    };
    check();
  }

  /** Whether the owner and the timeline of a position are those of the response. */
  #isSameHistory({ caller, owner, timeline }: Question): boolean {
    return (owner ?? caller.tag) === caller.tag && (timeline ?? this.timeline) === this.timeline;
  }

  /** The sequence of a request; `null` if it cannot be continued. */
  #continued(question: Question, { sequence, logStart }: ServedSnapshot): number | null {
    const { after } = question;
    const isContinued = after !== null && this.#isSameHistory(question) && after >= logStart && after <= sequence;
    return isContinued ? after : null;
  }

  #longPoll(question: Question, waitMs: number): void {
    const { connection, caller, lagMs } = question;
    const respond = (mustRespond: boolean): boolean => {
      const snapshot = this.#read(caller, lagMs);
      const after = this.#continued(question, snapshot);
      const isChanged = after !== snapshot.sequence;
      if (isChanged) connection.deliver(Response.json(changesResponseOf(snapshot, after)));
      else if (mustRespond) connection.deliver(new Response(null, { status: 204 }));
      return isChanged || mustRespond;
    };
    if (respond(waitMs === 0)) return;
    const end = (): void => {
      cancel();
      this.#held.delete(held);
    };
    const held: HeldResponse = {
      lagMs,
      notify: () => {
        if (respond(false)) end();
      },
      cut: () => {
        end();
        connection.deliver("lost");
      },
      mute: end,
    };
    const finish = (): void => {
      end();
      respond(true);
    };
    const cancel = this.#cutsHeld
      ? this.#clock.setTimer(Math.min(waitMs, maxHeldMs), held.cut)
      : this.#clock.setTimer(waitMs, finish);
    this.#hold(held);
    connection.gone.addEventListener("abort", end);
  }

  #stream(question: Question): void {
    const { connection, caller, lagMs } = question;
    const first = this.#read(caller, lagMs);
    const stream = openStream({
      clock: this.#clock,
      connection,
      first,
      after: this.#continued(question, first),
      lagMs,
      isCollected: this.#collects,
      read: () => this.#read(caller, lagMs),
      isSignedIn: () => this.#session === caller,
      onEnd: (its) => this.#held.delete(its),
    });
    this.#hold(stream);
  }

  /** Its replica may lack commits of the time before it. */
  #hold(held: HeldResponse): void {
    this.#held.add(held);
    this.#notifyLater(held);
  }

  #notifyLater(held: HeldResponse): void {
    const lagMs = Math.min(held.lagMs, this.#lagMs);
    if (lagMs === 0) held.notify();
    else this.#clock.setTimer(lagMs, () => this.#held.has(held) && held.notify());
  }

  #read(owner: VirtualOwner, lagMs: number): ServedSnapshot {
    return {
      ...owner.at(Math.min(lagMs, this.#lagMs)),
      ownerTag: owner.tag,
      timeline: this.timeline,
      servedAt: this.#clock.now(),
    };
  }
}
