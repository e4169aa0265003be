import { describe, expect, it, onTestFinished } from "vitest";
import { copiedDatabases, type TestDatabase } from "../../../test/copied-databases.js";
import { fillAllTables } from "../../../test/fill-all-tables.js";
import { Scenario } from "../../../testing/store-contract/scenario.js";
import type { CopiedDatabase } from "../store/copy/copied-database.js";
import { type CopiedTable, copiedTables } from "../store/copy/copied-tables.js";
import { type MoveOptions, moveDatabase, releaseDatabase } from "../store/copy/move-database.js";
import { TakenOver } from "../store/copy/taken-over.js";
import { openCopiedFile } from "../store/libsql/copy/open-copied-file.js";
import { openCopiedPostgres } from "../store/postgres/copy/open-copied-postgres.js";

const databases = copiedDatabases();

type Methods = Partial<CopiedDatabase>;

/** Opens a database until the end of the test. The wrapped methods replace its own. */
async function open({ schema, url }: TestDatabase, wrap: (own: CopiedDatabase) => Methods = () => ({})) {
  const own = url.startsWith("file:")
    ? await openCopiedFile(url)
    : await openCopiedPostgres(url, { schema, prefix: "safelight_" });
  onTestFinished(() => own.close());
  const methods = wrap(own);
  return new Proxy(own, {
    get: (object, name) => {
      const value = Reflect.get(name in methods ? methods : object, name);
      return typeof value === "function" ? value.bind(object) : value;
    },
  });
}

async function pair(kinds: Kinds): Promise<{ readonly from: TestDatabase; readonly to: TestDatabase }> {
  const [from, to] = [await databases[kinds[0]](), await databases[kinds[1]]()];
  await fillAllTables(from.open);
  return { from, to };
}

interface Ends {
  readonly source: CopiedDatabase;
  readonly target: CopiedDatabase;
}

const copyOptions = (run: string, ends: Ends): MoveOptions => ({
  ...ends,
  run,
  prepareOnly: false,
  maxReadOnlyMs: 60_000,
  signal: new AbortController().signal,
  report: () => {},
  now: () => 0,
});

const move = (run: string, ends: Ends) => moveDatabase(copyOptions(run, ends));

const phaseOf = async (database: TestDatabase) => {
  const [row] = await database.query("SELECT value FROM @settings WHERE name = 'frozen'");
  return row === undefined ? null : JSON.parse(String(row.value)).phase;
};

const submitTo = async (database: TestDatabase) => {
  await new Scenario(database.open()).accepted({ id: "gen_after_the_move" });
};

function outbox(): CopiedTable {
  const table = copiedTables.find(({ name }) => name === "outbox");
  if (table === undefined) throw new Error("The outbox is copied.");
  return table;
}

type Kinds = readonly ["file" | "postgres", "file" | "postgres"];
const directions: readonly Kinds[] = [
  ["file", "postgres"],
  ["postgres", "file"],
];

describe.each(directions)("two runs of safelight copy, from a %s to a %s", (...kinds) => {
  it("stops the first one at its next write: the database that is in use keeps its rows", async () => {
    const { from, to } = await pair(kinds);
    let isPaused = false;
    const source = await open(from, (own) => ({
      readPage: async (request) => {
        if (!isPaused && (await phaseOf(from)) === "copying" && request.table.name === "owners") {
          isPaused = true;
          await move("second", { source: await open(from), target: await open(to) });
          await submitTo(to);
        }
        return own.readPage(request);
      },
    }));
    await expect(move("first", { source, target: await open(to) })).rejects.toThrow(TakenOver);
    expect(await to.query("SELECT id FROM @generations WHERE id = 'gen_after_the_move'")).toHaveLength(1);
    expect(await to.open().audit()).toEqual([]);
    expect(await phaseOf(from)).toBe("moved");
    await expect(submitTo(from)).rejects.toThrow("read-only");
  });

  it("leaves the source of a completed move read-only when the first one fails", async () => {
    const { from, to } = await pair(kinds);
    const source = await open(from, () => ({
      sumCredits: async () => {
        await move("second", { source: await open(from), target: await open(to) });
        throw new Error("interrupted");
      },
    }));
    await expect(move("first", { source, target: await open(to) })).rejects.toThrow(TakenOver);
    expect(await phaseOf(from)).toBe("moved");
    await expect(submitTo(from)).rejects.toThrow("read-only");
  });

  it.each(["claims the freeze", "has found none"])("stops for a later run that %s", async (later) => {
    const { from, to } = await pair(kinds);
    const isClaimed = later === "claims the freeze";
    const source = await open(from, (own) => ({
      readCounter: async (table) => {
        if ((await phaseOf(from)) !== "copying") return own.readCounter(table);
        const second = await open(to);
        await second.readSchema();
        await second.markUnfinished({ timeline: await own.readTimeline(), run: "second" });
        const claiming = await open(from);
        await claiming.readFreeze();
        if (isClaimed) await claiming.claimFreeze("second");
        return own.readCounter(table);
      },
    }));
    await expect(move("first", { source, target: await open(to) })).rejects.toThrow(TakenOver);
    expect(await phaseOf(from)).toBe(isClaimed ? "copying" : null);
    await move("third", { source: await open(from), target: await open(to) });
    expect(await to.rows()).toEqual(await from.rows());
  });

  it("stops no run for one that only prepares, and is refused", async () => {
    const { from, to } = await pair(kinds);
    let refused: unknown = null;
    const source = await open(from, (own) => ({
      readCounter: async (table) => {
        const ends = { source: await open(from), target: await open(to) };
        refused ??= await moveDatabase({ ...copyOptions("second", ends), prepareOnly: true }).catch(String);
        return own.readCounter(table);
      },
    }));
    await move("first", { source, target: await open(to) });
    expect(refused).toContain("is read-only already: finish the move without --prepare");
  });

  it.each(["complete", "killed before its last step"])("stops a run whose source is released: %s", async (release) => {
    const { from, to } = await pair(kinds);
    const source = await open(from, (own) => ({
      audit: async () => {
        if ((await phaseOf(from)) === "copying") {
          const killed: Methods = { forgetFreeze: () => Promise.reject(new Error("killed")) };
          const released = await open(from, () => (release === "complete" ? {} : killed));
          await releaseDatabase(released, "release").catch(String);
          await submitTo(from);
        }
        return own.audit();
      },
    }));
    await expect(move("first", { source, target: await open(to) })).rejects.toThrow(TakenOver);
    expect(await phaseOf(from)).toBe(release === "complete" ? null : "copying");
    await expect(to.open().migrate()).rejects.toThrow("unfinished copy");
    await move("second", { source: await open(from), target: await open(to) });
    expect(await to.rows()).toEqual(await from.rows());
    expect(await to.query("SELECT id FROM @generations WHERE id = 'gen_after_the_move'")).toHaveLength(1);
  });

  it("fails if the source is released while the move completes: both databases accept writes", async () => {
    const { from, to } = await pair(kinds);
    const target = await open(to, (own) => ({
      markUnfinished: async (mark) => {
        if (mark === null) await releaseDatabase(await open(from), "release");
        await own.markUnfinished(mark);
      },
    }));
    await expect(move("first", { source: await open(from), target })).rejects.toThrow(TakenOver);
    await submitTo(from);
  });

  it("removes no part of a freeze that another run has claimed", async () => {
    const { from } = await pair(kinds);
    const [first, second] = [await open(from), await open(from)];
    await first.freeze({ phase: "copying", target: "other", run: "first" });
    await second.readFreeze();
    await second.claimFreeze("second");
    await expect(first.unfreeze()).rejects.toThrow(TakenOver);
    await expect(first.forgetFreeze()).rejects.toThrow(TakenOver);
    await expect(first.claimFreeze("first")).rejects.toThrow(TakenOver);
    await expect(first.freeze({ phase: "moved", target: "other", run: "first" })).rejects.toThrow(TakenOver);
    await expect(submitTo(from)).rejects.toThrow("read-only");
    expect(await second.readFreeze()).toEqual({ phase: "copying", target: "other", run: "second" });
  });

  it("refuses each write of a server that was started on the unfinished copy before, until the copy is complete", async () => {
    const { from, to } = await pair(kinds);
    const early = to.open();
    await early.migrate();
    const prepare = {
      ...copyOptions("first", { source: await open(from), target: await open(to) }),
      prepareOnly: true,
    };
    await moveDatabase(prepare);
    await expect(submitTo(to)).rejects.toThrow("read-only");
    const claim = { models: ["demo"], limit: 10, leaseMs: 1_000, token: "early" };
    await expect(early.claim(claim)).rejects.toThrow("read-only");
    await expect(to.query("UPDATE @outputs SET width = 9")).rejects.toThrow("unfinished copy of another one");
    await expect(to.query("DELETE FROM @settings")).rejects.toThrow("unfinished copy of another one");
    await move("second", { source: await open(from), target: await open(to) });
    expect(await to.rows()).toEqual(await from.rows());
    await submitTo(to);
  });

  it("writes nothing to a copy that another run has marked", async () => {
    const { from, to } = await pair(kinds);
    const [first, second] = [await open(to), await open(to)];
    await first.migrate();
    await first.markUnfinished({ timeline: "t", run: "first" });
    await expect(second.markUnfinished({ timeline: "t", run: "second" })).rejects.toThrow(TakenOver);
    await second.readSchema();
    await second.markUnfinished({ timeline: "t", run: "second" });
    const table = outbox();
    const inserted = await (await open(from)).readPage({ table, after: null, limit: 10 });
    await expect(first.writePage({ table, removed: [], inserted })).rejects.toThrow(TakenOver);
    await expect(first.writeCounter(table, "9")).rejects.toThrow(TakenOver);
    await expect(first.markUnfinished(null)).rejects.toThrow(TakenOver);
    expect(await second.count(table)).toBe(0);
    expect(await second.readCounter(table)).toBe("0");
    await second.writePage({ table, removed: [], inserted });
    expect(await second.count(table)).toBe(inserted.length);
  });
});
