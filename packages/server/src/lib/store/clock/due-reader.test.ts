import { describe, expect, it } from "vitest";
import { DueReader } from "./due-reader.js";
import type { DueRows } from "./due-rows.js";
import { StoreTime } from "./store-time.js";

const time = 1_800_000_000_000;
const command = { models: ["demo"] as readonly string[], limit: 4, leaseMs: 30_000 };

/** A reader of numbered due rows, the longest due first, and the rows that its reads have skipped. */
function openReader(count: number) {
  const due = Array.from({ length: count }, (_, number) => ({
    ...{ id: `gen_${number}`, owner_id: `owner-${number}`, model: "demo", leased: 0 },
    ...{ due_at: time - count + number, touched_at: time - count },
  }));
  const skipped: number[] = [];
  const rows: DueRows = {
    async read({ limit, skip }) {
      skipped.push(skip);
      const empty = { tooFar: [], farUntil: null, doubtful: [], waiting: [], hasGates: false };
      return { ...empty, now: time, agreedTime: null, due: due.slice(skip, skip + limit) };
    },
    readGates: async () => [],
    readAtGates: async () => ({ atGates: [], overdue: [] }),
    readByOwner: async () => [],
    joinQueue: async () => {},
    writeAgreedTime: async () => {},
  };
  const now = () => time;
  const storeTime = new StoreTime({ now, monotonicNow: now, isExact: true, createToken: () => "token" });
  const reader = new DueReader({ time: storeTime, rows, random: () => 0.999, onClockJump: () => {} });
  /** Reads, and claims some of the rows: another worker has the others. */
  const claim = async (claimed: number, change: Partial<typeof command> = {}) => {
    const sent = { ...command, ...change };
    const read = await reader.read(sent);
    await reader.recordRead(read, { claimed: read.due.slice(0, claimed).map(({ id }) => id), command: sent });
    return { ids: read.due.map(({ id }) => id), isComplete: read.complete !== null };
  };
  return { claim, due, reader, skipped };
}

describe("DueReader, of rows that several workers claim", () => {
  it("skips no rows while the worker gets all rows that it claims", async () => {
    const { claim, skipped } = openReader(100);
    for (let call = 0; call < 5; call += 1) expect((await claim(4)).ids[0]).toBe("gen_0");
    expect(skipped.every((skip) => skip === 0)).toBe(true);
  });

  it("reads later rows after it lost some to another worker", async () => {
    const { claim } = openReader(100);
    await claim(3);
    expect(await claim(4)).toEqual({ ids: ["gen_4", "gen_5", "gen_6", "gen_7"], isComplete: false });
    await claim(4);
    expect((await claim(4)).ids[0]).toBe("gen_0");
  });

  it("reads the longest due again if fewer rows than it may claim follow the skipped ones", async () => {
    const { claim, due } = openReader(100);
    await claim(0);
    await claim(0);
    due.splice(6);
    expect((await claim(4)).ids).toEqual(["gen_0", "gen_1", "gen_2", "gen_3"]);
    due.splice(3);
    expect(await claim(3)).toEqual({ ids: ["gen_0", "gen_1", "gen_2"], isComplete: true });
  });

  it("skips no rows of a claim without a model, which changes nothing for the next one", async () => {
    const { claim } = openReader(100);
    await claim(0);
    expect((await claim(4, { models: [] })).ids[0]).toBe("gen_0");
    expect((await claim(4)).ids[0]).toBe("gen_4");
  });

  it("skips a due start until it has joined the queue, except in a read by id", async () => {
    const { claim, due, reader } = openReader(3);
    for (const row of due.slice(0, 2)) Object.assign(row, { state: "queued" });
    expect(await claim(1)).toEqual({ ids: ["gen_2"], isComplete: false });
    expect((await reader.read({ ...command, id: "gen_0" })).due).toMatchObject([{ id: "gen_0" }]);
  });

  it("skips nothing when it reads one generation", async () => {
    const { claim, reader, skipped } = openReader(100);
    await claim(0);
    await reader.read({ ...command, id: "gen_3" });
    expect(skipped.at(-1)).toBe(0);
  });
});
