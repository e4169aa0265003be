import type { Act } from "./scenario.js";

/** The client without one of the rules of watching. */
export interface WatchingMutant {
  /** The rule that it lacks. */
  readonly name: string;
  /** Below `packages/client/src/lib/watching`. */
  readonly file: string;
  /** Occurs exactly once, with any whitespace. */
  readonly code: string;
  readonly instead: string;
  /** Acts that break a promise without the rule; random ones by default. */
  readonly acts?: readonly Act[];
}

const open: Act = { type: "open" };
const transfer: Act = { type: "transfer" };
const pass = (milliseconds: number): Act => ({ type: "pass", milliseconds });
const lose = (milliseconds: number): Act => ({ type: "lose", milliseconds });
const change = (generation: number): Act => ({ type: "change", generation });
const hide = (page: number): Act => ({ type: "hide", page });
const sleep = (page: number): Act => ({ type: "sleep", page });
const hang = (page: number): Act => ({ type: "hang", page });
const repeated = (times: number, acts: readonly Act[]): readonly Act[] => Array(times).fill(acts).flat();
/** For each of the first two pages, since either one may lead. */
const ofEach = (acts: (page: number) => readonly Act[]): readonly Act[] => [...acts(0), ...acts(1)];

/** A frozen leader posts an old snapshot when it resumes, to a third page. */
const staleSnapshot = ofEach((page) => [
  open,
  hang(page),
  transfer,
  pass(100),
  change(1),
  pass(15_000),
  hang(page),
  pass(1_000),
]);

/** Rules of watching. A scenario of F22 must break a promise without each one. */
export const watchingMutants: readonly WatchingMutant[] = [
  {
    name: "rule 1: a frame is applied only from a position of the reader",
    file: "frame.ts",
    code: "sequence: from }) >= 0",
    instead: "sequence: 0 }) >= 0",
  },
  {
    name: "rule 1: changes at or below the position are skipped",
    file: "reader.ts",
    code: "if (change.sequence <= sequence) continue;",
    instead: "",
  },
  {
    name: "rule 1: a snapshot that is behind replaces everything",
    file: "frame.ts",
    code: `|| !("resync" in body) || body.resync)`,
    instead: `|| !("resync" in body))`,
  },
  {
    name: "rule 2: a follower that differs from the leader asks the server",
    file: "share-owner.ts",
    code: "if (this.#ahead() !== 0) await readServer({ server, of, reader, once: true, setConnection, signal });",
    instead: "return;",
  },
  {
    name: "rule 3: a heartbeat of the server is forwarded",
    file: "read-server.ts",
    code: "reader.apply(frame);",
    instead: "if (body) reader.apply(frame);",
  },
  {
    name: "rule 3: the leader forwards each frame",
    file: "share-owner.ts",
    code: "if (this.#election.isLeader) this.#forward(frame);",
    instead: "if (this.#election.isLeader && !frame) this.#forward();",
  },
  {
    name: "a response that was requested before a snapshot is dropped",
    file: "share-owner.ts",
    code: "if (this.#ahead() === 0) this.#question.abort();",
    instead: "",
    acts: repeated(5, [lose(100), change(1), pass(120), change(2), transfer, pass(25), change(3), pass(1_000)]),
  },
  {
    name: "a forwarded snapshot that leads back is dropped",
    file: "share-owner.ts",
    code: "frame.snapshot === null || aheadBy(reader.position, frame.to) < 0",
    instead: "true",
    acts: staleSnapshot,
  },
  {
    name: "timelines are compared",
    file: "frame.ts",
    code: "isUnknown || position.timeline === other.timeline",
    instead: "true",
    acts: [
      { type: "back_up" },
      change(1),
      pass(1_000),
      lose(5_000),
      { type: "restore", isNamed: true, isCut: true, messages: "arrive" },
      change(2),
      pass(6_000),
    ],
  },
  {
    name: "a reader continues in its timeline only",
    file: "read-server.ts",
    code: ", timeline: position?.timeline };",
    instead: " };",
  },
  {
    name: "a reader continues for its owner only",
    file: "read-server.ts",
    code: "owner: position?.ownerTag, ",
    instead: "",
  },
  {
    name: "another owner ends the sharing",
    file: "share-owner.ts",
    code: "if (reader.position?.ownerTag !== ownerTag) return abort();",
    instead: "",
  },
  {
    name: "the lock of a silent leader is stolen",
    file: "election.ts",
    code: "() => void waitForLock(true);",
    instead: "() => {};",
  },
  {
    name: "the lock of a hidden leader is stolen",
    file: "election.ts",
    code: "if (isHidden) schedule(steal, environment.random() * maxTakeOverDelayMs);",
    instead: "if (false) return;",
    acts: ofEach((page) => [hide(page), pass(1_000), change(page), pass(14_000), hide(page), pass(1_000)]),
  },
  {
    name: "a page whose lock was stolen waits for it again",
    file: "election.ts",
    code: `// The lock was stolen.
    void waitForLock(false);
    checkLeader();`,
    instead: "",
  },
  {
    name: "a page that falls asleep releases everything",
    file: "share-owner.ts",
    code: "peers.onSleep((isAsleep) => isAsleep && resolve(true)),",
    instead: "",
  },
  {
    name: "a page that wakes up follows again",
    file: "follow.ts",
    code: "peers.onSleep((isAsleep) => isAsleep || resolve()),",
    instead: "",
    acts: ofEach((page) => [sleep(page), pass(1_000), sleep(page), pass(1_000), change(1), pass(14_000)]),
  },
  {
    name: "a page that becomes visible checks the leader",
    file: "share-owner.ts",
    code: "this.#election.isLeader ? this.#forward() : this.#election.checkLeader()",
    instead: "{}",
    acts: ofEach((page) => {
      const other = 1 - page;
      return [hide(other), pass(1_000), hang(page), hide(other), change(1), pass(14_000), hang(page), pass(1_000)];
    }),
  },
  {
    name: "a leader that becomes visible reads at once",
    file: "read-server.ts",
    code: "until: () => !isHidden() };",
    instead: "until: () => false };",
    acts: [{ type: "close", page: 1 }, pass(1_000), hide(0), pass(2_000), hide(0), change(1), pass(14_000)],
  },
  {
    name: "without a stream there is no balance",
    file: "read-server.ts",
    code: "if (position !== undefined && !once) reader.setBalance(null);",
    instead: "",
    acts: [{ type: "collect" }, { type: "cut" }, pass(20_000), change(1), pass(50_000)],
  },
  {
    name: "another owner has another balance",
    file: "reader.ts",
    code: "if (this.position?.ownerTag !== to.ownerTag) this.setBalance(null);",
    instead: "",
    acts: [{ type: "sign_in", owner: 1, page: 0 }, { type: "cut" }, pass(5_000)],
  },
  {
    name: "a silent stream is closed",
    file: "read-stream.ts",
    code: "restart(silenceTimeoutMs);",
    instead: "restart(2 ** 31 - 1);",
    acts: [{ type: "mute" }, change(1), pass(100_000)],
  },
  {
    name: "unread events are emitted in their order",
    file: "unread-values.ts",
    code: "unread.delete(key);",
    instead: "",
    acts: repeated(5, [change(0), change(1), change(2), change(1), pass(1_000)]),
  },
  {
    name: "unread events are not coalesced across a snapshot",
    file: "unread-values.ts",
    code: `if (key === snapshotKey) for (const other of unread.keys()) if (other.startsWith("gen_")) unread.delete(other);
    // The order of the keys is the order of the newest values.
    unread.delete(key);`,
    instead: "",
    acts: repeated(5, [change(2), change(1), pass(5), transfer, pass(5), change(1), pass(1_000)]),
  },
];
