/** The pages of a browser that share one connection. */
export interface SharedConnection {
  /** Name of the lock and of the channel, which contains the owner's tag and the server. */
  readonly name: string;
  /** Whether this page holds the connection. */
  readonly isLeader: boolean;
  /** Number of other pages that wait to lead. */
  readonly followers: number;
  /** How often another page has taken over, since the panel was opened. */
  readonly takeOvers: number;
  /** State of the leader's connection, as it was last published; `null` before. */
  readonly state: string | null;
}

/** Observes which page leads. */
export interface Leadership {
  /** Reads the locks now. Empty in a browser without locks, and while no page follows events. */
  read(): Promise<readonly SharedConnection[]>;
  /** Takes the locks of the connections from their pages, and releases them: the page that has waited longest leads. */
  yieldLead(): Promise<void>;
  close(): void;
}

/** Locks of the client. The number is the version of its messages. */
const prefix = "safelight:2:";

/** Asks the leader for a message, which has its state. */
const heartbeatRequest = "who";

/** @param onMessage a leader has published something. */
export function observeLeadership(onMessage: () => void): Leadership {
  const { locks } = navigator as Partial<Pick<Navigator, "locks">>;
  const channels = new Map<string, BroadcastChannel>();
  const states = new Map<string, string>();
  const leaders = new Map<string, { readonly clientId: string | undefined; readonly takeOvers: number }>();
  let own: Promise<string | undefined> | undefined;

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
    if (locks === undefined) return [];
    own ??= ownClientId(locks);
    const [ownId, { held = [], pending = [] }] = [await own, await locks.query()];
    return held.flatMap(({ name = "", clientId }) => {
      if (!name.startsWith(prefix)) return [];
      join(name);
      const before = leaders.get(name);
      const isTakeOver = before !== undefined && before.clientId !== clientId;
      const takeOvers = (before?.takeOvers ?? 0) + Number(isTakeOver);
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
      for (const channel of channels.values()) channel.close();
    },
  };
}

/** The browser's id of this page. Only a lock has it. */
async function ownClientId(locks: LockManager): Promise<string | undefined> {
  const name = `safelight-devtools:${crypto.randomUUID()}`;
  return locks.request(name, async () => {
    const { held = [] } = await locks.query();
    return held.find((lock) => lock.name === name)?.clientId;
  });
}
