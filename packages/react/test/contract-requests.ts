/** One request that the server saw, in order. */
export interface SeenRequest {
  readonly method: string;
  /** Below the mount path, with the query: `/active?after=3&wait=25`. */
  readonly path: string;
  readonly key: string | null;
  readonly body: Record<string, unknown> | null;
}

/** What to answer instead, or when: the first rule whose test holds is used up by the request. */
export interface Interception {
  matches: (request: SeenRequest) => boolean;
  /** Runs when the request arrives. */
  onRequest?: () => void;
  /** Settles before the request is served. */
  before?: Promise<unknown>;
  /** Runs when the request took effect and its answer is made. */
  onServed?: () => void;
  /** Settles after the request took effect and before its answer leaves. */
  after?: Promise<unknown>;
  /** Answered (or thrown, for a lost connection) instead of the real answer; the request had its effect. */
  answer?: () => Response;
  /** Answered without any effect. */
  refuse?: () => Response;
}
