import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { testServer } from "../../../../testing/test-server.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

/** A server that counts its reads, and on which the test can simulate a commit of another process. */
async function counting() {
  const folder = await tempFolder("waits");
  const clock = fakeClock();
  const store = libsqlStore({ url: `file:${join(folder, "test.db")}`, now: clock.now });
  const listeners = new Set<() => void>();
  const reads = { sequencesOf: 0, changedAfter: 0 };
  const server = await testServer({
    clock,
    store: {
      ...store,
      onForeignCommit: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      sequencesOf: (ownerIds) => {
        reads.sequencesOf += 1;
        return store.sequencesOf(ownerIds);
      },
      changedAfter: (query) => {
        reads.changedAfter += 1;
        return store.changedAfter(query);
      },
    },
  });
  const commit = async (): Promise<void> => {
    for (const listener of listeners) listener();
    await clock.advance(50);
    await settled(() => reads.changedAfter);
  };
  return { ...server, clock, reads, commit, listeners };
}

/** Waits until a count has stopped growing. */
async function settled(count: () => number): Promise<void> {
  for (let last = -1; last !== count(); ) {
    last = count();
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("long polls of many owners", () => {
  it("read the database once for all of them after a commit of another process", async () => {
    const { as, clock, reads, commit, listeners } = await counting();
    const polls = Array.from({ length: 1_000 }, (_, index) => as(`owner-${index}`).get("/active?after=0&wait=25"));
    await expect.poll(() => reads.changedAfter).toBe(1_000);
    expect(listeners.size).toBe(1);
    // The first check records all sequences.
    await commit();
    const before = { ...reads };
    for (let round = 0; round < 10; round += 1) await commit();
    expect(reads).toEqual({ sequencesOf: before.sequencesOf + 10, changedAfter: before.changedAfter });
    await clock.advance(25_000);
    for (const response of await Promise.all(polls)) expect(response.status).toBe(204);
    expect(listeners.size).toBe(0);
  });

  it("are held for 20 requests of one owner; further ones return at once", async () => {
    const { as, clock } = await counting();
    const polls = Array.from({ length: 20 }, () => as("ann").get("/active?after=0&wait=25"));
    await expect.poll(() => clock.pending().length).toBe(20);
    expect((await as("ann").get("/active?after=0&wait=25")).status).toBe(204);
    expect(clock.pending()).toHaveLength(20);
    await clock.advance(25_000);
    for (const response of await Promise.all(polls)) expect(response.status).toBe(204);
  });
});
