import type { Store } from "../../packages/server/src/lib/ports/store/store.js";

/** Options of a store that a proof opens. */
export interface OpenOptions {
  /** Epoch milliseconds in place of the database's own time. */
  readonly now?: () => number;
  /** Milliseconds of a monotonic clock. Without it, `now` counts as monotonic, and as correct from the start. */
  readonly monotonicNow?: () => number;
  /** Whether a commit survives a power failure. No proof cuts the power; some are faster without. @default true */
  readonly isDurable?: boolean;
  /** Called with the SQL of each statement that reaches the database; the process may kill itself there. */
  readonly onStatement?: (sql: string) => void;
  /** Called with each warning of the store, such as a deadlock. */
  readonly onWarning?: (message: string) => void;
}

/** Options of a store that is reached over a network. */
export interface RemoteOptions {
  readonly now: () => number;
  /** Decides which requests are lost: one of ten, and the response to another one, after its commit. @default none is lost */
  readonly lossSeed?: number;
  readonly onLoss?: () => void;
}

/** One new database of a proof. Any number of stores and processes may open it. */
export interface ProvingGround {
  /** Address of the database, for `openStore` in other processes. */
  readonly url: string;
  /** Opens a store. The caller migrates and closes it. */
  open(options?: OpenOptions): Store;
  /** Opens a store over a network. */
  openRemote(options: RemoteOptions): Promise<Store>;
  /** Ends one connection that runs a statement or waits for a lock. Returns whether there was one; a file has none. */
  breakConnection(): Promise<boolean>;
  /** All rows of these tables as JSON. Names have no prefix. */
  rows(tables: readonly string[]): Promise<string>;
  /** Runs a statement of the host, and returns its rows. */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** A description of all tables, indexes and constraints: equal for equal schemas. */
  schema(): Promise<string>;
  /** Deletes all rows, as if the database were new: it may stay migrated. All stores must be closed before. */
  clear(): Promise<void>;
  /** Deletes the database. All stores must be closed before. */
  drop(): Promise<void>;
}

/** The stores that the proofs can run on. */
export const storeKinds = ["libsql", "postgres"] as const;

export type StoreKind = (typeof storeKinds)[number];

/** The place of the databases of a run. A value that can be sent to other processes. */
export type GroundSource =
  | { readonly kind: "libsql" }
  /** Each database is a schema of this server, which a connection string of its superuser names. */
  | { readonly kind: "postgres"; readonly server: string };

/** Each database is a file in a temporary folder. */
export const libsqlFiles: GroundSource = { kind: "libsql" };
