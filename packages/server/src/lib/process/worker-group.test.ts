import { describe, expect, it, onTestFinished } from "vitest";
import { fakeClock } from "../../../testing/fakes/fake-clock.js";
import { joinWorkerGroup, type WorkerCopy, type WorkerMembership } from "./worker-group.js";

// A query string makes the module system load a second copy of the package, as a framework does.
const copyUrl = new URL("./worker-group.ts?copy", import.meta.url).href;

interface TestCopy extends WorkerMembership {
  readonly copy: WorkerCopy;
}

/** A process whose copies record their calls. */
function testProcess() {
  const clock = fakeClock();
  const key = crypto.randomUUID();
  const log: string[] = [];
  const add = (
    name: string,
    models: readonly string[],
    { join = joinWorkerGroup, ...change }: Partial<WorkerCopy> & { readonly join?: typeof joinWorkerGroup } = {},
  ): TestCopy => {
    const copy: WorkerCopy = {
      models,
      readDatabaseId: async () => "one database",
      run: () => log.push(`${name} runs`),
      retire: async () => void log.push(`${name} retires`),
      stopRetiring: async () => void log.push(`${name} drains`),
      ...change,
    };
    const membership = join({ clock, copy, key });
    onTestFinished(() => membership.leave());
    return Object.assign(membership, { copy });
  };
  return { add, clock, log };
}

/** Waits for the comparison of two databases. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("joinWorkerGroup", () => {
  it("runs the newest copy once the host has started any, also of another copy of the package", async () => {
    const { joinWorkerGroup: join }: typeof import("./worker-group.js") = await import(/* @vite-ignore */ copyUrl);
    expect(join).not.toBe(joinWorkerGroup);
    const { add, log } = testProcess();
    add("first", ["a"]).start();
    add("second", ["a", "b"], { join });
    await settled();
    add("third", ["b"]);
    await settled();
    expect(log).toEqual(["first runs", "first retires", "second runs", "second retires", "third runs"]);
  });

  it("runs nothing before a start, and then the newest of the copies", async () => {
    const { add, log } = testProcess();
    const first = add("first", ["a"]);
    const second = add("second", ["a"]);
    await settled();
    expect(log).toEqual([]);
    expect(second.isWorking).toBe(false);
    first.start();
    await settled();
    expect(log).toEqual(["first runs", "first retires", "second runs"]);
    expect(first.isWorking).toBe(true);
    expect(second.isWorking).toBe(true);
  });

  it("keeps the newest copy running when the host started it before the databases were compared", async () => {
    const { add, log } = testProcess();
    add("first", ["a"]).start();
    add("second", ["a"]).start();
    await settled();
    expect(log).toEqual(["first runs", "second runs", "first retires"]);
  });

  it("removes a retired copy, also when groups were merged in between", async () => {
    const { add, log } = testProcess();
    const resolvers: ((id: string) => void)[] = [];
    let retired = (): void => {};
    const first = add("first", ["a"]);
    first.start();
    const second = add("second", ["a"], {
      readDatabaseId: () => new Promise((resolve) => resolvers.push(resolve)),
      retire: () =>
        new Promise((resolve) => {
          retired = resolve;
        }),
    });
    second.start();
    add("third", ["a"]);
    // The third joins the second, and both join the first while the second retires.
    for (const resolveId of resolvers.toReversed()) {
      resolveId("one database");
      await settled();
    }
    retired();
    await settled();
    log.length = 0;
    await second.leave();
    await first.leave();
    expect(log).toEqual(["third retires", "third drains"]);
  });

  it("replaces a copy whose models were all renamed", async () => {
    const { add, log } = testProcess();
    add("first", ["a"]).start();
    add("second", ["b"]);
    await settled();
    expect(log).toEqual(["first runs", "first retires", "second runs"]);
  });

  it("runs two copies without a common model when the host starts both, in any order", async () => {
    const { add, log } = testProcess();
    const first = add("first", ["a"]);
    const second = add("second", ["b"]);
    first.start();
    second.start();
    await settled();
    const third = add("third", ["c"]);
    await settled();
    third.start();
    await settled();
    expect(log).toEqual([
      "first runs",
      "second runs",
      // Before its start, the third looks like a new version of the second with a renamed model.
      "second retires",
      "third runs",
      "second runs",
      "third runs",
    ]);
    expect([first, second, third].map(({ isWorking }) => isWorking)).toEqual([true, true, true]);
  });

  it("replaces only the copy that shares a model", async () => {
    const { add, log } = testProcess();
    add("first", ["a"]).start();
    add("second", ["b"]).start();
    add("third", ["a"]);
    await settled();
    expect(log).toEqual(["first runs", "second runs", "first retires", "third runs"]);
  });

  it("replaces no copy with a copy without models", async () => {
    const { add, log } = testProcess();
    add("first", ["a"]).start();
    add("second", []);
    await settled();
    expect(log).toEqual(["first runs"]);
  });

  it("replaces no copy on another database", async () => {
    const { add, log } = testProcess();
    add("first", ["a"]).start();
    add("second", ["a"], { readDatabaseId: async () => "another database" }).start();
    await settled();
    expect(log).toEqual(["first runs", "second runs"]);
  });

  it("compares the databases again when one was unavailable", async () => {
    const { add, clock, log } = testProcess();
    const ids = [Promise.reject(new Error("busy")), Promise.resolve("one database")];
    add("first", ["a"]).start();
    add("second", ["a"], { readDatabaseId: () => ids.shift() ?? Promise.reject(new Error("too often")) });
    await settled();
    expect(log).toEqual(["first runs"]);
    await clock.advance(1_000);
    await settled();
    expect(log).toEqual(["first runs", "first retires", "second runs"]);
  });

  it("orders copies by the time they were added, whichever database is read first", async () => {
    const { add, log } = testProcess();
    let resolveId: (id: string) => void = () => {};
    add("first", ["a"]).start();
    add("second", ["a"], {
      readDatabaseId: () =>
        new Promise((resolve) => {
          resolveId = resolve;
        }),
    });
    add("third", ["a"]);
    await settled();
    resolveId("one database");
    await settled();
    expect(log).toEqual(["first runs", "first retires", "third runs"]);
  });

  it("drains the running copy and the retiring copies when the started copy leaves", async () => {
    const { add, log } = testProcess();
    let retired = (): void => {};
    const first = add("first", ["a"]);
    first.start();
    add("second", ["a"], {
      retire: () =>
        new Promise((resolve) => {
          retired = resolve;
        }),
    });
    await settled();
    add("third", ["a"]);
    await settled();
    log.length = 0;
    await first.leave();
    retired();
    expect(log).toEqual(["third retires", "second drains", "third drains"]);
    expect(first.isWorking).toBe(false);
  });

  it("runs an older started copy again when the newest leaves", async () => {
    const { add, log } = testProcess();
    add("first", ["a"]).start();
    const second = add("second", ["a"]);
    await settled();
    await second.leave();
    expect(log).toEqual(["first runs", "first retires", "second runs", "first runs"]);
  });

  it("runs until each started copy has left", async () => {
    const { add, log } = testProcess();
    const first = add("first", ["a"]);
    const second = add("second", ["a"]);
    first.start();
    second.start();
    await settled();
    log.length = 0;
    await first.leave();
    expect(log).toEqual([]);
    await second.leave();
    expect(second.isWorking).toBe(false);
  });

  it("ignores a copy that leaves before the databases were compared", async () => {
    const { add, log } = testProcess();
    add("first", ["a"]).start();
    await add("second", ["a"]).leave();
    await settled();
    expect(log).toEqual(["first runs"]);
  });
});
