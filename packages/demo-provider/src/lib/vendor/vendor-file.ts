import Database from "libsql";

/** A job that the vendor accepted and charges for. */
export interface JobRow {
  readonly id: string;
  /** The customer's reference of this request. */
  readonly reference: string;
  /** The customer's id of the order. A repeated request has the same one. */
  readonly orderId: string;
  /** JSON. */
  readonly input: string;
  readonly fate: "finish" | "refuse" | "break";
  readonly steps: number;
  readonly stepMs: number;
  readonly acceptedAt: number;
  readonly canceledAt: number | null;
}

const schema = `
  CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    reference TEXT NOT NULL,
    orderId TEXT NOT NULL,
    input TEXT NOT NULL,
    fate TEXT NOT NULL,
    steps INTEGER NOT NULL,
    stepMs INTEGER NOT NULL,
    acceptedAt INTEGER NOT NULL,
    canceledAt INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS jobs_by_reference ON jobs (reference);
  CREATE INDEX IF NOT EXISTS jobs_by_order ON jobs (orderId);
  CREATE INDEX IF NOT EXISTS jobs_by_time ON jobs (acceptedAt);
  CREATE TABLE IF NOT EXISTS refusals (orderId TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS voided_references (reference TEXT PRIMARY KEY) STRICT;
`;

/** A write of another process blocks the event loop, for well under a millisecond. */
const busyTimeoutMs = 2_000;

/**
 * The vendor's records: a SQLite file that several processes may open. A write is in the file when its method returns,
 * and survives a crash of the process, but not always a loss of power.
 */
export class VendorFile {
  readonly #path: string;
  readonly #idleMs: number;
  #database: Database.Database | null = null;
  #idleTimer: NodeJS.Timeout | undefined;

  /**
   * The first use opens the file, and creates it if it is missing. Its folder must exist.
   *
   * @param idleMs time without use after which the file is closed, in milliseconds.
   */
  constructor(path: string, idleMs = 10_000) {
    this.#path = path;
    this.#idleMs = idleMs;
  }

  /** Runs `work` in one transaction, which is rolled back if it throws. */
  transact<T>(work: () => T): T {
    return this.#use((database) => {
      database.exec("BEGIN IMMEDIATE");
      const result = work();
      database.exec("COMMIT");
      return result;
    });
  }

  addJob(job: JobRow): void {
    this.#use((database) => {
      const { id, reference, orderId, input, fate, steps, stepMs, acceptedAt, canceledAt } = job;
      database
        .prepare(
          `INSERT INTO jobs (id, reference, orderId, input, fate, steps, stepMs, acceptedAt, canceledAt)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run([id, reference, orderId, input, fate, steps, stepMs, acceptedAt, canceledAt]);
    });
  }

  findJob(id: string): JobRow | null {
    return this.#jobs("id = ?", [id])[0] ?? null;
  }

  /** Oldest first. */
  jobsOfReference(reference: string): readonly JobRow[] {
    return this.#jobs("reference = ?", [reference]);
  }

  jobsOfOrder(orderId: string): readonly JobRow[] {
    return this.#jobs("orderId = ?", [orderId]);
  }

  /** Jobs that were accepted after an instant and are not canceled, oldest first. */
  jobsSince(acceptedAfter: number): readonly JobRow[] {
    return this.#jobs("acceptedAt > ? AND canceledAt IS NULL", [acceptedAfter]);
  }

  allJobs(): readonly JobRow[] {
    return this.#jobs("1", []);
  }

  cancelJob(id: string, at: number): void {
    this.#use((database) => database.prepare("UPDATE jobs SET canceledAt = ? WHERE id = ?").run([at, id]));
  }

  /** Increments the refusals of an order. */
  addRefusal(orderId: string): void {
    const sql = "INSERT INTO refusals VALUES (?, 1) ON CONFLICT (orderId) DO UPDATE SET count = count + 1";
    this.#use((database) => database.prepare(sql).run([orderId]));
  }

  countRefusals(orderId: string): number {
    // `count` is an integer by the STRICT table.
    const row = this.#use((database) =>
      database.prepare("SELECT count FROM refusals WHERE orderId = ?").get([orderId]),
    );
    return (row as { readonly count: number } | undefined)?.count ?? 0;
  }

  voidReference(reference: string): void {
    this.#use((database) => database.prepare("INSERT OR IGNORE INTO voided_references VALUES (?)").run([reference]));
  }

  isVoided(reference: string): boolean {
    const sql = "SELECT 1 FROM voided_references WHERE reference = ?";
    return this.#use((database) => database.prepare(sql).get([reference])) !== undefined;
  }

  /** Closes the file. The next use opens it again. */
  close(): void {
    clearTimeout(this.#idleTimer);
    this.#database?.close();
    this.#database = null;
  }

  #jobs(condition: string, args: readonly (string | number)[]): readonly JobRow[] {
    const sql = `SELECT id, reference, orderId, input, fate, steps, stepMs, acceptedAt, canceledAt
                 FROM jobs WHERE ${condition} ORDER BY number`;
    // The columns are those of the STRICT table, which only `addJob` fills.
    return this.#use((database) => database.prepare(sql).all([...args])) as JobRow[];
  }

  /** Closes the connection after an error, because the driver may leave a failed statement open. */
  #use<T>(work: (database: Database.Database) => T): T {
    this.#database ??= openDatabase(this.#path);
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.close(), this.#idleMs).unref();
    try {
      return work(this.#database);
    } catch (error) {
      this.close();
      throw error;
    }
  }
}

function openDatabase(path: string): Database.Database {
  const database = new Database(path, { timeout: busyTimeoutMs });
  try {
    database.prepare("PRAGMA journal_mode = WAL").all();
    database.prepare("PRAGMA synchronous = NORMAL").all();
    database.exec(schema);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
