import { describe, expect, it } from "vitest";
import type { Dispatcher } from "../ports/dispatcher.js";
import type { OperationStatus } from "../ports/provider.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { heldAnswer } from "../testing/held-answer.js";
import { done, scriptedProvider } from "../testing/scripted-provider.js";
import { workerBench } from "../testing/worker-bench.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now }),
  createStorage: memoryStorage,
});

describe("a worker that is attended", () => {
  const held = heldAnswer<OperationStatus>();
  const ended: (() => void)[] = [];
  const loopEnd = () => new Promise<void>((resolve) => ended.push(resolve));
  const dispatcher: Dispatcher = { enqueue: () => {}, onWake: () => () => ended.shift()?.() };

  it(
    "lets nobody wait for what the last one before waits for, who does not leave a loop behind",
    bench({ provider: scriptedProvider({ poll: [held.line] }), worker: { dispatcher } }, async (given) => {
      const { clock, worker } = given;
      const id = await given.submit();
      await given.runTo(id, "running");
      clock.skip(10_000);

      const leaveAsBob = worker.attend();
      await held.asked;
      const firstEnd = loopEnd();
      let isBobAnswered = false;
      const bob = leaveAsBob({ isOver: true }).finally(() => {
        isBobAnswered = true;
      });
      await firstEnd;

      const leaveAsAnn = worker.attend();
      await leaveAsAnn({ isOver: true });
      expect(isBobAnswered).toBe(false);

      const secondEnd = loopEnd();
      held.resolve(done());
      await bob;
      await secondEnd;
      expect((await given.generation(id)).state).toBe("completed");
      expect(clock.pending().filter((ms) => ms < 10_000)).toEqual([]);
    }),
  );
});
