import type { Position } from "../call-options.js";
import type { Gallery } from "../contract/generation.js";
import { onAbort } from "../requests/abort.js";
import { growingDelayMs } from "../requests/backoff.js";
import { firstOf } from "../requests/first-of.js";
import { linkedController } from "../requests/linked-controller.js";
import { pause } from "../requests/pause.js";
import { anyOwner, ownerChannel } from "./channel-names.js";
import { type Election, startElection } from "./election.js";
import { aheadBy, emptyFrame, type Frame } from "./frame.js";
import type { Channel, Peers } from "./peers.js";
import { readServer, type WatchedServer } from "./read-server.js";
import type { Connection, Reader } from "./reader.js";

/** Options of `shareOwner`. */
export interface ShareOptions {
  readonly server: WatchedServer;
  readonly peers: Peers;
  readonly of?: Gallery | undefined;
  readonly reader: Reader;
  /** Position of the reader: its owner is followed. */
  readonly position: Position;
  readonly signal: AbortSignal;
}

/** A frame that the leader forwards to its followers, with its own state. */
export interface LeaderMessage {
  readonly frame: Frame;
  readonly connection: Connection | null;
  readonly balance: number | null;
  readonly isHidden: boolean;
}

/** Asks the leader for a heartbeat: a frame without changes. */
const heartbeatRequest = "who";

type Message = LeaderMessage | typeof heartbeatRequest;

/**
 * Follows one owner together with the other tabs. Ends when the server reports another owner, when a tab publishes another
 * owner or a sign-out, when the signal aborts, or when this tab falls asleep.
 *
 * @returns whether this tab is asleep.
 * @throws {SafelightError} the refusal of the server.
 */
export function shareOwner(options: ShareOptions): Promise<boolean> {
  return new SharedOwner(options).run();
}

class SharedOwner {
  readonly #options: ShareOptions;
  readonly #end = new AbortController();
  readonly #channel: Channel;
  readonly #election: Election;
  /** The last message of the leader. */
  #latest: LeaderMessage | undefined;
  /** The running question to the server. */
  #question: AbortController | null = null;
  /** Ends the sharing with an error. */
  #fail: (error: unknown) => void = () => {};

  constructor(options: ShareOptions) {
    const { server, peers, position } = options;
    const name = ownerChannel(server.transport, position.ownerTag);
    this.#options = options;
    // A message under this name is one of these two.
    this.#channel = peers.join(name, (message) => this.#receive(message as Message));
    this.#election = startElection({
      environment: server.transport.environment,
      peers,
      name,
      requestHeartbeat: () => this.#post(heartbeatRequest),
      lead: (held) => this.#lead(held),
      signal: this.#end.signal,
    });
  }

  run(): Promise<boolean> {
    const { server, peers, of, reader, position, signal } = this.#options;
    const { ownerTag } = position;
    const end = this.#end;
    const abort = () => end.abort();
    // A message is only a hint: this tab rejoins, so that the next leader asks the server.
    const signIns = peers.join(ownerChannel(server.transport, anyOwner), (signIn) => {
      // A team's tag is not that of its members. A repeated 401 is ignored: a route that always refuses another tab would
      // interrupt this one without end. Any tag ends that, since its owner may sign out, too.
      if (signIn !== ownerTag && (signIn !== reader.hint || (signIn && of !== "team"))) abort();
      reader.hint = signIn;
    });
    // Once for each client and owner: two tabs with sessions of their own would interrupt each other without end.
    if (of !== "team") {
      if (server.ownerTag !== ownerTag) signIns.post(ownerTag);
      server.ownerTag = ownerTag;
    }
    return firstOf<boolean>((resolve, reject) => {
      this.#fail = reject;
      reader.onUpdate = (frame) => {
        // Followers learn from the server that another owner is signed in: a leader leaves the channel first.
        if (reader.position?.ownerTag !== ownerTag) return abort();
        if (this.#election.isLeader) this.#forward(frame);
      };
      return [
        onAbort(signal, abort),
        onAbort(end.signal, () => resolve(false)),
        server.transport.environment.onChange(() =>
          this.#election.isLeader ? this.#forward() : this.#election.checkLeader(),
        ),
        peers.onSleep((isAsleep) => isAsleep && resolve(true)),
        signIns.close,
      ];
    }).finally(() => {
      abort();
      this.#channel.close();
    });
  }

  #post(message: Message): void {
    // After the end nothing is posted, above all not the snapshot of another owner.
    if (!this.#end.signal.aborted) this.#channel.post(message);
  }

  /** Rule 3: the leader reads the server and forwards each frame. */
  async #lead(held: AbortSignal): Promise<void> {
    const { of, server, reader } = this.#options;
    this.#question?.abort();
    this.#forward();
    await readServer({ server, of, reader, signal: held }).catch((error) => held.aborted || this.#fail(error));
  }

  #forward(frame?: Frame): void {
    const { server, reader, position } = this.#options;
    const { connection, balance } = reader;
    const isHidden = server.transport.environment.isHidden();
    this.#post({ frame: frame ?? emptyFrame(reader.position ?? position), connection, balance, isHidden });
  }

  #receive(message: Message): void {
    const { reader } = this.#options;
    // A leader ignores frames: the other leader has lost the lock, or has stolen it from this tab.
    if (this.#election.isLeader && message === heartbeatRequest) this.#forward();
    if (this.#election.isLeader || message === heartbeatRequest) return;
    const { frame } = message;
    this.#latest = message;
    this.#election.onLeaderMessage(message);
    // Only the server may set a tab back, or to another history: a leader that hung may post an old snapshot.
    if (frame.snapshot === null || aheadBy(reader.position, frame.to) < 0) reader.apply(frame);
    this.#catchUp().catch((error) => this.#end.signal.aborted || this.#fail(error));
  }

  /** The last message of the leader, while this tab is a follower. */
  get #followed(): LeaderMessage | undefined {
    return this.#election.isLeader || this.#end.signal.aborted ? undefined : this.#latest;
  }

  /** By how many changes a follower is ahead of its leader; 0 for other tabs, `NaN` in another timeline. */
  #ahead(): number {
    return this.#followed ? aheadBy(this.#options.reader.position, this.#followed.frame.to) : 0;
  }

  /**
   * Rule 2: a follower whose position differs from the leader's asks the server for the changes after its own position,
   * until it does not differ. Then it has the connection and the balance of the leader.
   *
   * @throws {SafelightError} the refusal of the server.
   */
  async #catchUp(): Promise<void> {
    const { of, server, reader } = this.#options;
    const { environment } = server.transport;
    if (this.#question !== null) {
      // A frame of the leader has closed the gap. Rule 3: drops the response that was requested before it.
      if (this.#ahead() === 0) this.#question.abort();
      return;
    }
    const [question, unlink] = linkedController(this.#end.signal);
    const { signal } = question;
    // A follower that cannot reach the server is offline, even if the leader is not.
    const setConnection = (connection: Connection) => {
      if (this.#ahead() === 0) question.abort();
      else if (connection.state === "offline") reader.setConnection(connection);
    };
    this.#question = question;
    try {
      for (let questions = 0; !signal.aborted && this.#ahead() !== 0; questions += 1) {
        if (questions > 0) await pause(environment, { ms: growingDelayMs(questions - 1), signal }).catch(() => {});
        if (this.#ahead() !== 0) await readServer({ server, of, reader, once: true, setConnection, signal });
        // The server has confirmed that this tab is ahead: the leader's replica lags, and will catch up.
        if (this.#ahead() > 0) break;
      }
    } finally {
      this.#question = null;
      unlink();
    }
    const message = this.#followed;
    // A later message has opened another gap. The message after it causes the next request.
    if (message === undefined || (signal.aborted && this.#ahead() !== 0)) return;
    const { connection, balance } = message;
    // A visible tab takes over from a leader that is paused, since that one is hidden.
    if (connection && (connection.state !== "paused" || environment.isHidden())) reader.setConnection(connection);
    reader.setBalance(balance);
  }
}
