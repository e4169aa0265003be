/** One connection that the pages of a browser share. */
export interface SharedConnection {
  /** Name of the lock and of the channel, which contains the owner's tag and the server. */
  readonly name: string;
  /** Whether this page holds the connection. */
  readonly isLeader: boolean;
  /** Number of pages that wait for the lock. */
  readonly followers: number;
  /** Number of changes of the leader since the panel was opened. */
  readonly takeOvers: number;
  /** Last published state of the leader's connection; `null` before the first message. */
  readonly state: string | null;
}

/** Observes and changes which page leads. */
export interface Leadership {
  /** Reads the locks now. Empty in a browser without locks, while no page follows events, and once it is closed. */
  read(): Promise<readonly SharedConnection[]>;
  /** Steals the lock of each connection and releases it: the page that has waited longest then leads. */
  yieldLead(): Promise<void>;
  /** Closes the channels. */
  close(): void;
}

/** Start of the names of the client's locks. The number is the version of its messages, as in `share-owner.ts`. */
const prefix = "safelight:2:";

/** Asks the leader for a heartbeat, which contains its state. The same text as in `share-owner.ts`. */
const heartbeatRequest = "who";

/** Observes the locks of the client. @param onMessage called after each message of a leader. */
export function observeLeadership(onMessage: () => void): Leadership {
  const { locks } = navigator as Partial<Pick<Navigator, "locks">>;
  const channels = new Map<string, BroadcastChannel>();
  const states = new Map<string, string>();
  const leaders = new Map<string, { readonly clientId: string | undefined; readonly takeOvers: number }>();
  let own: Promise<string | undefined> | undefined;
  let isClosed = false;

  const join = (name: string) => {
    if (channels.has(name)) return;
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => {
      const state: unknown = data?.connection?.state;
      if (typeof state === "string") states.set(name, state);
      onMessage();
    };
    channels.set(name, channel);
    channel.postMessage(heartbeatRequest);
  };
  const read = async (): Promise<readonly SharedConnection[]> => {
    if (locks === undefined || isClosed) return [];
    own ??= ownClientId(locks);
    const [ownId, { held = [], pending = [] }] = [await own, await locks.query()];
    // A channel that opens now would never be closed.
    if (isClosed) return [];
    return held.flatMap(({ name = "", clientId }) => {
      if (!name.startsWith(prefix)) return [];
      join(name);
      const previous = leaders.get(name);
      const isTakeOver = previous !== undefined && previous.clientId !== clientId;
      const takeOvers = (previous?.takeOvers ?? 0) + Number(isTakeOver);
      leaders.set(name, { clientId, takeOvers });
      const followers = pending.filter((request) => request.name === name).length;
      return [{ name, isLeader: clientId === ownId, followers, takeOvers, state: states.get(name) ?? null }];
    });
  };
  return {
    read,
    async yieldLead() {
      for (const { name } of await read()) await locks?.request(name, { steal: true }, () => {});
    },
    close() {
      isClosed = true;
      for (const channel of channels.values()) channel.close();
    },
  };
}

/** The browser's id of this page. Only the list of locks contains it, so this acquires one. */
async function ownClientId(locks: LockManager): Promise<string | undefined> {
  const name = `safelight-devtools:${crypto.randomUUID()}`;
  return locks.request(name, async () => {
    const { held = [] } = await locks.query();
    return held.find((lock) => lock.name === name)?.clientId;
  });
}
