import type { Position } from "../client.js";
import { onAbort } from "../requests/abort.js";
import { createCatchUp } from "./catch-up.js";
import { joinElection } from "./election.js";
import { emptyFrame, type Frame, leadsAhead } from "./frame.js";
import type { LeaderMessage } from "./leader-message.js";
import type { Peers } from "./peers.js";
import { readServer, type WatchedServer } from "./read-server.js";
import type { Reader } from "./reader.js";

/** Asks the leader for a heartbeat: a frame without changes. */
const heartbeatRequest = "who";

/** Options of `shareOwner`. */
export interface ShareOptions {
  readonly server: WatchedServer;
  readonly peers: Peers;
  /** Names the server to the other tabs. */
  readonly cacheKey: string;
  readonly reader: Reader;
  /** Position of the reader: its owner is followed. */
  readonly position: Position;
  readonly signal: AbortSignal;
}

/**
 * Follows one owner together with the other tabs. Resolves when another owner is signed in, when this tab falls asleep
 * (`true`), or when the signal aborts.
 *
 * @throws {SafelightError} the refusal of the server.
 */
export async function shareOwner(options: ShareOptions): Promise<boolean> {
  const { server, peers, cacheKey, reader, position, signal } = options;
  const { environment } = server.transport;
  const end = new AbortController();
  let failure: unknown;
  let isAsleep = false;
  const fail = (error: unknown) => {
    failure = error;
    end.abort();
  };
  const apply = (frame: Frame) => {
    reader.apply(frame);
    if (reader.position?.ownerTag !== position.ownerTag) end.abort();
  };

  // The number is the version of the messages: tabs of another build use another channel.
  const name = `safelight:2:${position.ownerTag}:${cacheKey}`;
  const channel = peers.join(name, (received) => onMessage(received as LeaderMessage | typeof heartbeatRequest));
  const post = (message: LeaderMessage | typeof heartbeatRequest) => {
    // A stolen lock may be granted to a tab that has left.
    if (!end.signal.aborted) channel.post(message);
  };
  const forward = (frame = emptyFrame(reader.position ?? position)) => {
    const { connection, balance } = reader;
    post({ frame, connection, balance, isHidden: environment.isHidden() });
  };
  /** Rule 3: the leader reads the server and forwards each frame. */
  const lead = async (held: AbortSignal): Promise<void> => {
    forward();
    const reading = readServer({
      server,
      reader,
      // Followers learn from the server that another owner is signed in: this tab leaves the channel first.
      apply: (frame) => {
        apply(frame);
        forward(frame);
      },
      setConnection: (connection) => {
        const before = reader.connection;
        reader.setConnection(connection);
        if (reader.connection !== before) forward();
      },
      setBalance: (balance) => {
        if (balance === reader.balance) return;
        reader.setBalance(balance);
        forward();
      },
      signal: held,
    });
    await reading.catch((error) => held.aborted || fail(error));
  };
  const election = joinElection({
    environment,
    peers,
    name,
    requestHeartbeat: () => post(heartbeatRequest),
    lead,
    signal: end.signal,
  });
  const isLeader = () => election.isLeader;
  const catchUp = createCatchUp({ server, reader, apply, isLeader, signal: end.signal });
  const onMessage = (message: LeaderMessage | typeof heartbeatRequest) => {
    // A leader ignores frames: the other leader has lost the lock, or has stolen it from this tab.
    if (election.isLeader) return message === heartbeatRequest && forward();
    if (message === heartbeatRequest) return;
    election.onLeaderMessage(message);
    // Only the server may set a tab back, or to another history: a leader that hung may post an old snapshot.
    if (message.frame.snapshot === null || leadsAhead(message.frame, reader.position ?? position)) apply(message.frame);
    catchUp(message).catch((error) => end.signal.aborted || fail(error));
  };
  const unsubscribes = [
    onAbort(signal, () => end.abort()),
    environment.onChange(() => (election.isLeader ? forward() : election.checkLeader())),
    peers.onSleep((sleeps) => {
      isAsleep = sleeps;
      if (sleeps) end.abort();
    }),
  ];
  election.checkLeader();
  await new Promise<void>((resolve) => onAbort(end.signal, () => resolve()));
  channel.close();
  for (const unsubscribe of unsubscribes) unsubscribe();
  if (failure !== undefined) throw failure;
  return isAsleep;
}
