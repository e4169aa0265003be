import { describe, expect, it } from "vitest";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { heldCall } from "../../../../testing/held-call.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { Dispatcher } from "../../ports/dispatcher.js";
import type { OperationStatus, SubmitOutcome } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now }),
  createStorage: memoryStorage,
});

describe("a worker that works during requests", () => {
  const held = heldCall<OperationStatus>();
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
      await held.called;
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

  it("releases unpaid leases at once when it stops, without waiting for the request", async () => {
    const poll = heldCall<OperationStatus>();
    await bench({ provider: scriptedProvider({ poll: [poll.line, done()] }) }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      given.clock.skip(10_000);
      const worker = given.addRequestWorker();
      const end = worker.beginRequest();
      const signal = await poll.called;
      await worker.stop();
      expect(signal.aborted).toBe(true);
      expect(given.clock.pending()).toEqual([]);
      expect(await given.worker.tick()).toBe(1);
      expect(await given.generation(id)).toMatchObject({ state: "completed", attempts: 1, expiredLeases: 0 });
      await end();
    })();
  });

  it("waits `drainMs` for a paid request when it stops, and then for the end of the interrupted step", async () => {
    const response = heldCall<SubmitOutcome>();
    await bench({ provider: scriptedProvider({ submit: [response.line] }) }, async (given) => {
      const id = await given.submit();
      const worker = given.addRequestWorker({ drainMs: 5_000 });
      const end = worker.beginRequest();
      const signal = await response.called;
      let hasStopped = false;
      const stopped = worker.stop().then(() => {
        hasStopped = true;
      });
      await given.clock.advance(4_999);
      expect([signal.aborted, hasStopped]).toEqual([false, false]);
      await given.clock.advance(1);
      expect(signal.aborted).toBe(true);
      await given.clock.advance(1_000);
      await stopped;
      expect((await given.generation(id)).state).toBe("reconciling");
      await end();
    })();
  });

  it(
    "begins no step after a stop, neither by requests nor by `tick`",
    bench({ provider: scriptedProvider({ poll: [done()] }) }, async (given) => {
      const completed = await given.submit();
      await given.runTo(completed);
      const outputs = (await given.generation(completed)).outputs;
      await given.store.remove({ ownerId: "ada", id: completed });
      const id = await given.submit();
      const timers = given.clock.pending();
      const worker = given.addRequestWorker();
      const end = worker.beginRequest();
      const stopped = worker.stop();
      await end();
      await stopped;
      await worker.beginRequest()();
      expect(await worker.tick()).toBe(0);
      expect((await given.generation(id)).state).toBe("queued");
      expect(await given.stored(outputs[0]?.storageKey)).not.toBeNull();
      expect(given.clock.pending()).toEqual(timers);
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
