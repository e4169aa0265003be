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

describe("a worker that works during requests", () => {
  const held = heldAnswer<OperationStatus>();
  const dispatcher: Dispatcher = {
    enqueue: () => {},
    onWake: () => {
      throw new Error("A request subscribed to wakes of other requests.");
    },
  };

  it(
    "ends a request without waiting for the steps of another one, and leaves no timer behind",
    bench({ provider: scriptedProvider({ poll: [held.line] }), worker: { dispatcher } }, async (given) => {
      const { clock } = given;
      const id = await given.submit();
      await given.runTo(id, "running");
      clock.skip(10_000);
      const worker = given.addRequestWorker();

      const endBob = worker.beginRequest();
      await held.asked;
      let isBobEnded = false;
      const bob = endBob({ isOver: true }).finally(() => {
        isBobEnded = true;
      });
      const timersOfBob = clock.pending();

      const endAnn = worker.beginRequest();
      await endAnn();
      expect(clock.pending()).toEqual(timersOfBob);
      expect(isBobEnded).toBe(false);

      held.resolve(done());
      await bob;
      expect((await given.generation(id)).state).toBe("completed");
      expect(clock.pending()).toEqual([]);
    }),
  );

  it(
    "stops once the requests that work have ended, and begins no work for later ones",
    bench({ provider: scriptedProvider({ poll: [done()] }) }, async (given) => {
      const worker = given.addRequestWorker();
      const end = worker.beginRequest();
      let hasStopped = false;
      const stopped = worker.stop().then(() => {
        hasStopped = true;
      });
      const id = await given.submit();
      await given.clock.advance(5_000);
      expect(hasStopped).toBe(false);
      await end();
      await stopped;
      await worker.beginRequest()();
      await worker.tick();
      expect((await given.generation(id)).state).toBe("queued");
      expect(given.clock.pending()).toEqual([]);
    }),
  );

  it(
    "writes nothing for a request that finds nothing due",
    bench({ provider: scriptedProvider() }, async (given) => {
      const claims: unknown[] = [];
      const store = {
        ...given.store,
        claim: (command: Parameters<typeof given.store.claim>[0]) => {
          claims.push(command);
          return given.store.claim(command);
        },
      };
      const end = given.addRequestWorker({ store }).beginRequest();
      await given.clock.advance(5_000);
      await end();
      expect(claims).toEqual([]);
    }),
  );
});
