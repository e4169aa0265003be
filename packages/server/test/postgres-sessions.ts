import type { Pool } from "pg";
import { beforeEach, expect } from "vitest";
import type { RecordInputCommand } from "../src/lib/ports/store/input-store.js";
import type { Store } from "../src/lib/ports/store/store.js";
import { postgresStore } from "../src/lib/store/postgres/postgres-store.js";
import { Scenario } from "../testing/store-contract/scenario.js";
import { deleteRowsOf } from "./delete-rows.js";
import { interleave } from "./interleave.js";
import { startPostgres } from "./start-postgres.js";

/** A store without rows, with twelve connections, and a clock that the test moves. */
export interface Sessions {
  readonly store: Store;
  readonly scenario: Scenario;
  advance(milliseconds: number): void;
  /** Runs a statement of the test; `@name` is a table. */
  query(text: string): Promise<readonly Record<string, unknown>[]>;
  /**
   * Runs the first command up to its commit, and then the second until it waits for a lock or has ended. Then commits the
   * first. Returns both results, and whether the second has waited.
   */
  interleave<First, Second>(commands: {
    readonly first: (store: Store) => Promise<First>;
    readonly second: (store: Store) => Promise<Second>;
  }): Promise<[First, Second, boolean]>;
  /** Runs the first command right before the function of the second one that the pattern matches. */
  before<Second>(
    pattern: RegExp,
    commands: {
      readonly first: (store: Store) => Promise<unknown>;
      readonly second: (store: Store) => Promise<Second>;
    },
  ): Promise<Second>;
}

/**
 * Opens a store for each test of a file. After the test, expects exact books, and no deadlock: it is retried, but the order
 * of the locks must not allow one.
 *
 * @param schema of all tests of the file: the functions of another one would be planned again.
 */
export function openSessions(schema: string): () => Sessions {
  const server = startPostgres();
  let pool: Pool | null = null;
  let sessions: Sessions | null = null;
  beforeEach(async () => {
    const warnings: unknown[] = [];
    const logger = { warn: (...line: unknown[]) => warnings.push(line) };
    pool ??= (await server()).openPool({ max: 12 });
    sessions = await open(pool, { schema, logger });
    const { store } = sessions;
    return async () => {
      expect(await store.audit()).toEqual([]);
      expect(warnings).toEqual([]);
    };
  });
  return () => {
    if (sessions === null) throw new Error("The store is open in tests only.");
    return sessions;
  };
}

async function open(
  pool: Pool,
  place: { readonly schema: string; readonly logger: { warn(...line: unknown[]): void } },
): Promise<Sessions> {
  let time = 1_800_000_000_000;
  const options = { ...place, now: () => time, busyTimeoutMs: 60_000 };
  const store = postgresStore({ ...options, client: pool });
  await store.migrate();
  await pool.query(deleteRowsOf(place.schema));
  const withNames = (text: string) => text.replaceAll("@", `${place.schema}.safelight_`);
  return {
    store,
    scenario: new Scenario(store),
    advance(milliseconds) {
      time += milliseconds;
    },
    query: async (text) => (await pool.query(withNames(text))).rows,
    async interleave(commands) {
      const { first, hasWaited, second } = await interleave({
        pool,
        first: (connection) => commands.first(postgresStore({ ...options, client: connection })),
        second: (connection) => commands.second(postgresStore({ ...options, client: connection })),
      });
      return [first, second, hasWaited];
    },
    before(pattern, { first, second }) {
      const query = async (text: string, values: unknown[]) => {
        if (pattern.test(text)) await first(store);
        return pool.query(text, values);
      };
      return second(postgresStore({ ...options, client: { query } }));
    },
  };
}

/** Applies an action several times at once. */
export function atOnce<Result>(times: number, action: (index: number) => Promise<Result>): Promise<readonly Result[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => action(index)));
}

/** The command of an upload. */
export const image = (number: number, change: Partial<RecordInputCommand> = {}): RecordInputCommand => ({
  id: `inp_${number}`,
  ownerId: "ada",
  storageKey: `image-${number}/0-abc`,
  contentType: "image/png",
  byteLength: 100,
  sha256: "abc",
  width: 512,
  height: 256,
  durationMs: null,
  rate: null,
  ...change,
});
