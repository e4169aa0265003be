/** One request of the client, as the tab Requests shows it. Bodies are not recorded. */
export interface RequestRecord {
  readonly id: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** First 8 characters of the idempotency key; `null` without one. */
  readonly key: string | null;
  /** Number of earlier requests with the same key. */
  readonly repeats: number;
  /** Of the response; `null` while the request is pending, and after it failed. */
  readonly status: number | null;
  /** Milliseconds until the response, or the error; `null` while it is pending. */
  readonly ms: number | null;
  /** Name of the error; `null` without one. */
  readonly error: string | null;
  /** Response headers about repeats and limits, by name. */
  readonly notes: Readonly<Record<string, string>>;
}

/** One event of a stream. */
export interface StreamRecord {
  readonly id: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly type: "opened" | "snapshot" | "changes" | "balance" | "heartbeat" | "ended" | "cut";
  /** The owner's sequence after the event; `null` without one. */
  readonly sequence: number | null;
  /** Whether the sequence is behind that of an earlier event of the same timeline, which the contract excludes. */
  readonly isOutOfOrder: boolean;
  /** The changes in short form, without inputs. */
  readonly text: string;
}

/** The last 300 requests and the last 300 events of this page, oldest first. */
export interface TrafficLog {
  readonly requests: readonly RequestRecord[];
  readonly events: readonly StreamRecord[];
  /** Adds a pending request. Call the returned function once, with the result. */
  begin(
    request: Pick<RequestRecord, "method" | "path"> & { readonly idempotencyKey: string | null },
  ): (result: Partial<Pick<RequestRecord, "status" | "error" | "notes">>) => void;
  /** Adds an event. */
  add(event: Omit<StreamRecord, "id" | "at">): void;
  /** Calls the listener after each change. Returns a function that unsubscribes it. */
  subscribe(listener: () => void): () => void;
}

/** Maximum number of requests, and of events. */
const maxRecords = 300;
const keyPrefixLength = 8;

/** Creates an empty log. @param now epoch milliseconds. */
export function createTrafficLog(now: () => number): TrafficLog {
  let nextId = 0;
  let requests: readonly RequestRecord[] = [];
  let events: readonly StreamRecord[] = [];
  const uses = new Map<string, number>();
  const listeners = new Set<() => void>();
  const emit = () => {
    for (const listener of listeners) listener();
  };
  const newId = () => {
    nextId += 1;
    return nextId;
  };
  return {
    get requests() {
      return requests;
    },
    get events() {
      return events;
    },
    begin({ idempotencyKey, method, path }) {
      const repeats = idempotencyKey === null ? 0 : (uses.get(idempotencyKey) ?? 0);
      if (idempotencyKey !== null) uses.set(idempotencyKey, repeats + 1);
      const key = idempotencyKey?.slice(0, keyPrefixLength) ?? null;
      const [id, startedAt] = [newId(), now()];
      const pending = { id, startedAt, method, path, key, repeats, status: null, ms: null, error: null, notes: {} };
      requests = [...requests, pending].slice(-maxRecords);
      emit();
      return (result) => {
        const done = { ...pending, ...result, ms: now() - startedAt };
        requests = requests.map((other) => (other.id === id ? done : other));
        emit();
      };
    },
    add(event) {
      events = [...events, { ...event, id: newId(), at: now() }].slice(-maxRecords);
      emit();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
