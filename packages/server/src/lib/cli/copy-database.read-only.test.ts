import pg from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { copiedDatabases, openCopied as open, type TestDatabase } from "../../../test/copied-databases.js";
import type { CopiedDatabase } from "../store/copy/copied-database.js";
import { copiedTables } from "../store/copy/copied-tables.js";
import { type MoveOptions, moveDatabase } from "../store/copy/move-database.js";

const databases = copiedDatabases();

const move = (options: Partial<MoveOptions> & Pick<MoveOptions, "source" | "target">) =>
  moveDatabase({
    run: crypto.randomUUID(),
    prepareOnly: false,
    maxReadOnlyMs: 60_000,
    signal: new AbortController().signal,
    report: () => {},
    // The copy itself takes no time, so that no estimate depends on the machine.
    now: () => 0,
    ...options,
  });

const never = () => new Promise<never>(() => {});

/** The process ends before the last statement of the move. */
const withoutSwitch = ({ mark }: CopiedDatabase): Partial<CopiedDatabase> => ({
  mark: { replace: (change) => (change.next === null ? Promise.reject(new Error("killed")) : mark.replace(change)) },
});

const phaseOf = async (database: TestDatabase) => {
  const [row] = await database.query("SELECT value FROM @settings WHERE name = 'frozen'");
  return row === undefined ? null : JSON.parse(String(row.value)).phase;
};

describe("the read-only phase of safelight copy", () => {
  it.each(["file", "postgres"] as const)(
    "freezes a source again that a killed release has unfrozen: %s",
    async (kind) => {
      const [from, to] = [await databases.filled(kind), await databases.file()];
      const target = await open(to, withoutSwitch);
      await expect(move({ source: await open(from), target })).rejects.toThrow("killed");
      const source = await open(from);
      const moved = await source.freeze.read();
      if (moved === null) throw new Error("The source is frozen.");
      await source.freeze.acceptWrites(moved);
      const refusals: unknown[] = [];
      const reading = await open(from, ({ pages }) => ({
        pages: {
          ...pages,
          read: async (request) => {
            refusals.push(await from.query("UPDATE @outputs SET width = 9").catch((error: Error) => error.message));
            return pages.read(request);
          },
        },
      }));
      expect(await move({ source: reading, target: await open(to) })).toMatchObject({ moved: { violations: [] } });
      expect(new Set(refusals)).toEqual(new Set([expect.stringContaining("The database has moved to")]));
      expect(await to.rows()).toEqual(await from.rows());
    },
  );

  it.each(["freeze", "mark"] as const)("names the next step if the last change of the %s fails", async (failing) => {
    const [from, to] = [await databases.filled("file"), await databases.file()];
    const lost = () => Promise.reject(new Error("connection lost"));
    const source = await open(from, ({ freeze }) =>
      failing === "freeze" ? { freeze: { ...freeze, markMoved: lost } } : {},
    );
    const target = await open(to, ({ mark }) => ({
      mark: { replace: (change) => (failing === "mark" && change.next === null ? lost() : mark.replace(change)) },
    }));
    await expect(move({ source, target })).rejects.toThrow(
      `${from.url} is read-only, and has not moved yet: repeat the command. The reason: connection lost`,
    );
    await move({ source: await open(from), target: await open(to) });
    expect(await phaseOf(from)).toBe("moved");
    await to.open().migrate();
  });

  it("names the next step if the repetition of an interrupted last step fails", async () => {
    const [from, to] = [await databases.filled("file"), await databases.file()];
    const target = await open(to, withoutSwitch);
    await expect(move({ source: await open(from), target })).rejects.toThrow("killed");
    const signal = AbortSignal.abort(new Error("interrupted"));
    await expect(move({ source: await open(from), target: await open(to), signal })).rejects.toThrow(
      `${from.url} is read-only, and has not moved yet: repeat the command. The reason: interrupted`,
    );
  });

  it("waits for no lock of a table of Postgres once the rows are equal", async () => {
    const [from, to] = [await databases.filled("postgres"), await databases.file()];
    const blocker = new pg.Client({ connectionString: from.url });
    await blocker.connect();
    onTestFinished(() => blocker.end());
    const source = await open(from, (own) => ({
      audit: async () => {
        const found = await own.audit();
        if ((await phaseOf(from)) === "copying") {
          await blocker.query(`BEGIN; LOCK TABLE "${from.schema}".safelight_outputs IN SHARE UPDATE EXCLUSIVE MODE`);
        }
        return found;
      },
    }));
    await move({ source, target: await open(to) });
    expect(await phaseOf(from)).toBe("moved");
  });

  it("ends at its limit while an audit runs: the source accepts writes again", async () => {
    const [from, to] = [await databases.filled("file"), await databases.file()];
    const target = await open(to, (own) => ({
      audit: async () => ((await phaseOf(from)) === null ? own.audit() : never()),
    }));
    await expect(move({ source: await open(from), target, maxReadOnlyMs: 300 })).rejects.toThrow(
      `${from.url} accepts writes again, and nothing has moved: the read-only phase took longer than 0.3 s`,
    );
    expect(await phaseOf(from)).toBeNull();
  });

  it("ends when it is interrupted while an audit waits for Postgres, and closes the connection", async () => {
    const [from, to] = [await databases.filled("file"), await databases.postgres()];
    const interrupted = new AbortController();
    const blocker = new pg.Client({ connectionString: to.url });
    await blocker.connect();
    onTestFinished(() => blocker.end());
    const waiting = async () => (await blocker.query("SELECT 1 FROM pg_locks WHERE NOT granted")).rows.length;
    const target = await open(to, (own) => ({
      audit: async () => {
        if ((await phaseOf(from)) === null) return own.audit();
        await blocker.query(`BEGIN; LOCK TABLE "${to.schema}".safelight_accounts IN ACCESS EXCLUSIVE MODE`);
        const audit = own.audit();
        await expect.poll(waiting).toBe(1);
        interrupted.abort(new Error("interrupted"));
        return audit;
      },
    }));
    const { signal } = interrupted;
    await expect(move({ source: await open(from), target, signal })).rejects.toThrow(
      "accepts writes again, and nothing has moved: interrupted",
    );
    expect(await phaseOf(from)).toBeNull();
    await target.close();
  });

  it("ends at once for a source of Postgres, whatever statements run there, and can be repeated", async () => {
    const [from, to] = [await databases.filled("postgres"), await databases.file()];
    const reader = new pg.Client({ connectionString: from.url });
    await reader.connect();
    onTestFinished(() => reader.end());
    const target = await open(to, (own) => ({
      audit: async () => {
        if ((await phaseOf(from)) === null) return own.audit();
        const tables = copiedTables.map(({ name }) => `"${from.schema}".safelight_${name}`);
        await reader.query(`BEGIN; LOCK TABLE ${tables.join(", ")} IN ACCESS SHARE MODE`);
        throw new Error("interrupted");
      },
    }));
    await expect(move({ source: await open(from), target })).rejects.toThrow(
      "accepts writes again, and nothing has moved: interrupted",
    );
    expect(await phaseOf(from)).toBeNull();
    await from.query("UPDATE @outputs SET width = 9");
    // A write that a trigger of before lets pass, and that is in progress when the source is frozen.
    await reader.query(`ROLLBACK; BEGIN; UPDATE "${from.schema}".safelight_outputs SET width = 10`);
    const source = await open(from, ({ freeze }) => ({
      freeze: {
        ...freeze,
        freeze: async (change) => {
          const isFrozen = freeze.freeze(change);
          const waiting = "SELECT 1 FROM pg_locks WHERE NOT granted";
          await expect.poll(() => from.query(waiting)).toHaveLength(1);
          await reader.query("COMMIT");
          await isFrozen;
        },
      },
    }));
    await move({ source, target: await open(to) });
    expect(await to.rows()).toEqual(await from.rows());
    expect(await to.query("SELECT DISTINCT width FROM @outputs")).toEqual([{ width: 10 }]);
  });

  it("names the reason if the freeze is refused: the source accepts writes", async () => {
    const [from, to] = [await databases.filled("postgres"), await databases.file()];
    await from.query(`CREATE FUNCTION @refuse_freeze() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$`);
    await from.query(
      "CREATE TRIGGER refuse_freeze BEFORE INSERT ON @settings FOR EACH ROW EXECUTE FUNCTION @refuse_freeze()",
    );
    await expect(move({ source: await open(from), target: await open(to) })).rejects.toThrow(
      "accepts writes again, and nothing has moved: No space left on device",
    );
    expect(await phaseOf(from)).toBeNull();
  });

  it("completes while a statement reads the new database in Postgres, which then accepts writes", async () => {
    const [from, to] = [await databases.filled("file"), await databases.postgres()];
    const reader = new pg.Client({ connectionString: to.url });
    await reader.connect();
    onTestFinished(() => reader.end());
    const target = await open(to, ({ mark }) => ({
      mark: {
        replace: async (change) => {
          const tables = copiedTables.map(({ name }) => `"${to.schema}".safelight_${name}`);
          if (change.next === null) await reader.query(`BEGIN; LOCK TABLE ${tables.join(", ")} IN ACCESS SHARE MODE`);
          await mark.replace(change);
        },
      },
    }));
    await move({ source: await open(from), target });
    await to.open().migrate();
    await to.query("UPDATE @outputs SET width = 9");
  });

  it("is estimated with the audits of both databases", async () => {
    const [from, to] = [await databases.filled("file"), await databases.file()];
    let time = 0;
    const lasting = (ms: number) => (own: CopiedDatabase) => ({
      audit: async () => {
        time += ms;
        return own.audit();
      },
    });
    const [source, target] = [await open(from, lasting(1_000)), await open(to, lasting(5_000))];
    const report = await move({ source, target, prepareOnly: true, now: () => time });
    expect(report.estimatedMs).toBe(6_000);
  });

  it("counts the rows of the source once, before it", async () => {
    const [from, to] = [await databases.filled("file"), await databases.file()];
    const counted: string[] = [];
    const source = await open(from, ({ pages }) => ({
      pages: {
        ...pages,
        count: async (table) => {
          expect(await phaseOf(from)).toBeNull();
          counted.push(table.name);
          return pages.count(table);
        },
      },
    }));
    await move({ source, target: await open(to) });
    expect(counted).toEqual(copiedTables.map(({ name }) => name));
  });

  it("changes no statistics of the source", async () => {
    const [from, to] = [await databases.filled("postgres"), await databases.postgres()];
    await move({ source: await open(from), target: await open(to) });
    const analyzed = async ({ query, schema }: TestDatabase) =>
      query(`SELECT relname FROM pg_stat_all_tables WHERE schemaname = '${schema}' AND last_analyze IS NOT NULL`);
    expect(await analyzed(to)).toHaveLength(copiedTables.length);
    expect(await analyzed(from)).toEqual([]);
  });
});
