import { describe, expect, it } from "vitest";
import { copiedDatabases, openCopied as open, type TestDatabase } from "../../../test/copied-databases.js";
import { isLongRun } from "../../../test/long-run.js";
import { Scenario } from "../../../testing/store-contract/scenario.js";
import type { CopiedDatabase } from "../store/copy/copied-database.js";
import { type CopiedTable, copiedTables } from "../store/copy/copied-tables.js";
import { type MoveOptions, moveDatabase, releaseDatabase } from "../store/copy/move-database.js";
import { TakenOver } from "../store/copy/taken-over.js";

const databases = copiedDatabases();

async function pair(kinds: Kinds): Promise<{ readonly from: TestDatabase; readonly to: TestDatabase }> {
  return { from: await databases.filled(kinds[0]), to: await databases[kinds[1]]() };
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

// A move is the same code between any two databases, and a schema in Postgres takes half a second of CPU time. The tests of
// what a database itself refuses have both directions.
describe.each<Kinds>(isLongRun ? directions : [["file", "file"]])(
  "two runs of safelight copy, from a %s to a %s",
  (...kinds) => {
    it("stops the first one at its next write: the database that is in use keeps its rows", async () => {
      const { from, to } = await pair(kinds);
      let isPaused = false;
      const source = await open(from, ({ pages }) => ({
        pages: {
          ...pages,
          read: async (request) => {
            if (!isPaused && (await phaseOf(from)) === "copying" && request.table.name === "owners") {
              isPaused = true;
              await move("second", { source: await open(from), target: await open(to) });
              await submitTo(to);
            }
            return pages.read(request);
          },
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
        pages: {
          ...own.pages,
          readCounter: async (table) => {
            if ((await phaseOf(from)) !== "copying") return own.pages.readCounter(table);
            const next = { timeline: await own.readTimeline(), run: "second" };
            await (await open(to)).mark.replace({ expected: "first", next });
            const expected = await own.freeze.read();
            if (isClaimed && expected !== null) await (await open(from)).freeze.takeOver({ expected, run: "second" });
            return own.pages.readCounter(table);
          },
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
      const source = await open(from, ({ pages }) => ({
        pages: {
          ...pages,
          readCounter: async (table) => {
            const ends = { source: await open(from), target: await open(to) };
            refused ??= await moveDatabase({ ...copyOptions("second", ends), prepareOnly: true }).catch(String);
            return pages.readCounter(table);
          },
        },
      }));
      await move("first", { source, target: await open(to) });
      expect(refused).toContain("is read-only already: finish the move without --prepare");
    });

    it.each(["complete", "killed before its last step"])(
      "stops a run whose source is released: %s",
      async (release) => {
        const { from, to } = await pair(kinds);
        const source = await open(from, (own) => ({
          audit: async () => {
            if ((await phaseOf(from)) === "copying") {
              const killed = () => Promise.reject(new Error("killed"));
              const released = await open(from, ({ freeze }) =>
                release === "complete" ? {} : { freeze: { ...freeze, delete: killed } },
              );
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
      },
    );

    it("fails if the source is released while the move completes: the target stays unfinished", async () => {
      const { from, to } = await pair(kinds);
      const target = await open(to, ({ mark }) => ({
        mark: {
          replace: async (change) => {
            if (change.next === null) await releaseDatabase(await open(from), "release");
            await mark.replace(change);
          },
        },
      }));
      await expect(move("first", { source: await open(from), target })).rejects.toThrow(TakenOver);
      await submitTo(from);
      await expect(to.open().migrate()).rejects.toThrow("unfinished copy");
      await move("second", { source: await open(from), target: await open(to) });
      expect(await to.rows()).toEqual(await from.rows());
    });

    it("is claimed, or ended, by a later run that finds it in its last steps", async () => {
      const { from, to } = await pair(kinds);
      let [mark, end] = [(): void => {}, (): void => {}];
      const marked = new Promise<void>((resolve) => {
        mark = resolve;
      });
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      // The first run waits in its audits until the second one has read its freeze and marked the target.
      const first = await open(from, (own) => ({
        audit: async () => {
          if ((await phaseOf(from)) === "copying") await marked;
          return own.audit();
        },
      }));
      const firstMove = move("first", { source: first, target: await open(to) }).finally(end);
      await expect.poll(() => phaseOf(from)).toBe("copying");
      const second = await open(from, ({ freeze }) => ({
        freeze: {
          ...freeze,
          takeOver: async (change) => {
            mark();
            await ended;
            return freeze.takeOver(change);
          },
        },
      }));
      const secondMove = move("second", { source: second, target: await open(to) });
      await expect(firstMove).rejects.toThrow(TakenOver);
      await expect(secondMove).resolves.toMatchObject({ moved: { violations: [] } });
      expect(await phaseOf(from)).toBe("moved");
      expect(await to.rows()).toEqual(await from.rows());
    });

    it("claims a freeze whose run has just written that it has moved", async () => {
      const { from, to } = await pair(kinds);
      const killed = () => Promise.reject(new Error("killed"));
      const target = await open(to, ({ mark }) => ({
        mark: { replace: (change) => (change.next === null ? killed() : mark.replace(change)) },
      }));
      const first = await open(from);
      const source = await open(from, ({ freeze }) => ({
        freeze: {
          ...freeze,
          takeOver: async (change) => {
            const stored = await freeze.read();
            if (stored?.phase === "copying") await first.freeze.markMoved(stored);
            return freeze.takeOver(change);
          },
        },
      }));
      await expect(
        move("first", {
          source: await open(from, ({ freeze }) => ({ freeze: { ...freeze, markMoved: killed } })),
          target,
        }),
      ).rejects.toThrow("killed");
      await move("second", { source, target: await open(to) });
      expect(await phaseOf(from)).toBe("moved");
      await to.open().migrate();
    });
  },
);

describe.each(directions)(
  "a database that another run of safelight copy has claimed, from a %s to a %s",
  (...kinds) => {
    it("removes no part of its freeze", async () => {
      const { from } = await pair(kinds);
      const { freeze } = await open(from);
      const stored = { phase: "copying", target: "other", run: "first" } as const;
      await freeze.freeze({ expected: null, next: stored });
      const taken = await freeze.takeOver({ expected: stored, run: "second" });
      await expect(freeze.freeze({ expected: null, next: stored })).rejects.toThrow(TakenOver);
      await expect(freeze.freeze({ expected: stored, next: stored })).rejects.toThrow(TakenOver);
      await expect(freeze.takeOver({ expected: stored, run: "first" })).rejects.toThrow(TakenOver);
      await expect(freeze.markMoved(stored)).rejects.toThrow(TakenOver);
      await expect(freeze.acceptWrites(stored)).rejects.toThrow(TakenOver);
      await expect(freeze.delete(stored)).rejects.toThrow(TakenOver);
      await expect(submitTo(from)).rejects.toThrow("read-only");
      expect(taken).toEqual({ ...stored, run: "second" });
      expect(await freeze.read()).toEqual(taken);
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
      const { mark, migrate, pages } = await open(to);
      await migrate();
      await mark.replace({ expected: null, next: { timeline: "t", run: "first" } });
      await expect(mark.replace({ expected: null, next: { timeline: "t", run: "second" } })).rejects.toThrow(TakenOver);
      await mark.replace({ expected: "first", next: { timeline: "t", run: "second" } });
      const table = outbox();
      const inserted = await (await open(from)).pages.read({ table, after: null, limit: 10, maxBytes: 1_000_000 });
      await expect(pages.write({ table, removed: [], inserted }, "first")).rejects.toThrow(TakenOver);
      await expect(pages.writeCounter(table, { last: "9", run: "first" })).rejects.toThrow(TakenOver);
      await expect(mark.replace({ expected: "first", next: null })).rejects.toThrow(TakenOver);
      expect(await pages.count(table)).toBe(0);
      expect(await pages.readCounter(table)).toBe("0");
      await pages.write({ table, removed: [], inserted }, "second");
      expect(await pages.count(table)).toBe(inserted.length);
    });
  },
);
