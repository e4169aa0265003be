import type { ActiveResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { completed, makeGeneration } from "../../test/generations.js";
import { mergeActive, removeFromActive, toActiveData } from "./active-data.js";

const response = (fields: Partial<ActiveResponse> = {}): ActiveResponse => ({
  generations: [],
  unseen: [],
  unseenCount: 0,
  sequence: 1,
  ownerTag: "owner-a",
  serverTime: "2026-01-01T00:00:10.000Z",
  pollAfterMs: 1_000,
  ...fields,
});
const active = (fields: Partial<ActiveResponse> = {}) => toActiveData(response(fields), null);

describe("toActiveData", () => {
  it("measures the server's clock against the device's", () => {
    expect(toActiveData(response(), Date.parse("2026-01-01T00:00:07.000Z")).serverOffsetMs).toBe(3_000);
  });

  it("does not measure an answer that came with the page", () => {
    expect(toActiveData(response(), null).serverOffsetMs).toBeNull();
  });
});

describe("mergeActive", () => {
  const running = makeGeneration("gen_2", { version: 2 });

  it("lists a new generation by age, newest first", () => {
    const merged = mergeActive(active({ generations: [makeGeneration("gen_3"), makeGeneration("gen_1")] }), running);
    expect(merged.generations.map(({ id }) => id)).toEqual(["gen_3", "gen_2", "gen_1"]);
  });

  it("moves what ended from active to unseen, once", () => {
    const ended = completed(running);
    const merged = mergeActive(active({ generations: [running] }), ended);
    expect(merged).toMatchObject({ generations: [], unseen: [{ id: "gen_2", status: "completed" }], unseenCount: 1 });
    expect(mergeActive(merged, ended)).toBe(merged);
  });

  it("counts what was unseen before, and lists no more than the server does", () => {
    const unseen = Array.from({ length: 20 }, (_, index) =>
      makeGeneration(`gen_0${index}`, { status: "canceled", finishedAt: `2026-01-01T00:00:${59 - index}.000Z` }),
    );
    const merged = mergeActive(active({ unseen, unseenCount: 30 }), completed(running));
    expect(merged.unseen).toHaveLength(20);
    expect(merged.unseen[0]?.id).toBe("gen_2");
    expect(merged.unseenCount).toBe(31);
  });

  it("drops what was seen", () => {
    const ended = completed(running);
    const merged = mergeActive(active({ unseen: [ended], unseenCount: 1 }), {
      ...ended,
      version: ended.version + 1,
      seenAt: "2026-01-01T00:00:00.000Z",
    });
    expect(merged).toMatchObject({ generations: [], unseen: [], unseenCount: 0 });
  });

  it("never goes back to an older version", () => {
    const data = active({ generations: [running] });
    expect(mergeActive(data, { ...running, version: 1 })).toBe(data);
  });
});

describe("removeFromActive", () => {
  it("takes a generation out of either list", () => {
    const data = active({
      generations: [makeGeneration("gen_2")],
      unseen: [completed(makeGeneration("gen_1"))],
      unseenCount: 1,
    });
    expect(removeFromActive(data, "gen_1")).toMatchObject({ unseen: [], unseenCount: 0 });
    expect(removeFromActive(data, "gen_2")).toMatchObject({ generations: [], unseenCount: 1 });
    expect(removeFromActive(data, "gen_3")).toBe(data);
  });
});
