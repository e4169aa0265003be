import { describe, expect, it } from "vitest";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { heldCall } from "../../../../testing/held-call.js";
import { benchLeaseMs, workerBench } from "../../../../testing/worker-bench.js";
import type { OperationStatus, SubmitOutcome } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

describe("a worker's lease", () => {
  it("is renewed while a step runs, so that no other worker claims the generation", async () => {
    const poll = heldCall<OperationStatus>();
    const provider = scriptedProvider({ poll: [poll.line, done()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const step = given.nextStep();
      await poll.called;
      await given.clock.advance(3 * benchLeaseMs);
      expect(await given.addWorker().tick()).toBe(0);
      poll.resolve(done());
      await step;
      expect((await given.generation(id)).state).toBe("completed");
    })();
  });

  it("leaves no timer after the step", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      await given.runTo(await given.submit(), "running");
      expect(given.clock.pending()).toEqual([]);
    })();
  });

  it("expires when its worker crashes, and another worker continues", async () => {
    const lost = heldCall<OperationStatus>();
    const provider = scriptedProvider({ poll: [lost.line, done()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const stale = given.nextStep();
      await lost.called;
      const next = given.addWorker();
      given.clock.skip(benchLeaseMs - 1);
      expect(await next.tick()).toBe(0);
      given.clock.skip(1);
      expect(await next.tick()).toBe(1);
      expect((await given.generation(id)).state).toBe("completed");

      // The previous worker resumes with its old response, and changes nothing.
      const before = await given.generation(id);
      lost.resolve({ type: "failed", failure: { code: "content_blocked", message: "stale" } });
      await stale;
      expect(await given.generation(id)).toEqual(before);
      expect(provider.submits).toHaveLength(1);
      expect(await given.balance()).toBe(96);
    })();
  });

  it("ends the step when it is lost", async () => {
    const poll = heldCall<OperationStatus>();
    const provider = scriptedProvider({ poll: [poll.line, { type: "running", progress: 0.5 }] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const step = given.nextStep();
      const signal = await poll.called;
      // This worker has not noticed that it lost the lease; its timers were late.
      given.clock.skip(benchLeaseMs);
      await given.addWorker().tick();
      await given.clock.advance(benchLeaseMs / 3);
      expect(signal.aborted).toBe(true);
      await step;
    })();
  });

  it("is released at once after the machine slept, and the generation is claimed again", async () => {
    const poll = heldCall<OperationStatus>();
    const provider = scriptedProvider({ poll: [poll.line, done()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const step = given.nextStep();
      await poll.called;
      given.clock.skip(10 * benchLeaseMs);
      await given.clock.advance(0);
      await step;
      expect(await given.worker.tick()).toBe(1);
      expect(await given.generation(id)).toMatchObject({ state: "completed", attempts: 1 });
      expect(provider.submits).toHaveLength(1);
    })();
  });
});

describe("a worker whose provider never responds", () => {
  const never = (): Promise<never> => new Promise(() => {});
  const hung = [
    ["a paid request", "deadline_exceeded", scriptedProvider({ submit: [never] })],
    ["a poll", "deadline_exceeded", scriptedProvider({ poll: [never] })],
    [
      "a lookup",
      "outcome_unknown",
      scriptedProvider({ submit: [{ type: "unknown", reason: "cut" }], findByToken: [never] }),
    ],
  ] as const;

  it.each(hung)(
    "ends the generation in time although %s holds its only slot",
    async (_request, failureCode, provider) => {
      await bench({ provider, worker: { concurrency: 1 } }, async (given) => {
        const id = await given.submit();
        given.worker.start();
        await given.clock.advance(900_000 + 2_000);
        expect(await given.generation(id)).toMatchObject({ state: "failed", failureCode });
        expect(provider.submits).toHaveLength(1);
        expect(await given.balance()).toBe(100);
      })();
    },
  );
});

describe("a worker with a paid request in flight", () => {
  const lookup = { findByToken: [{ type: "unknown" } as const] };

  it("records the response after the machine slept, if no other worker claimed the generation", async () => {
    const response = heldCall<SubmitOutcome>();
    await bench({ provider: scriptedProvider({ submit: [response.line] }) }, async (given) => {
      const id = await given.submit();
      const step = given.step();
      const signal = await response.called;
      given.clock.skip(10 * benchLeaseMs);
      await given.clock.advance(0);
      expect(signal.aborted).toBe(false);
      response.resolve(accepted());
      await step;
      expect((await given.generation(id)).state).toBe("running");
    })();
  });

  it("aborts the request when another worker has the generation, and sends no second one", async () => {
    const response = heldCall<SubmitOutcome>();
    const provider = scriptedProvider({ submit: [response.line], ...lookup });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      const zombie = given.step();
      const signal = await response.called;
      given.clock.skip(benchLeaseMs);
      await given.addWorker().tick();
      expect((await given.generation(id)).state).toBe("reconciling");
      await given.clock.advance(benchLeaseMs / 3);
      expect(signal.aborted).toBe(true);
      response.reject(signal.reason);
      await zombie;
      expect((await given.generation(id)).state).toBe("reconciling");
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("records a response that arrives after another worker claimed the generation", async () => {
    const response = heldCall<SubmitOutcome>();
    const provider = scriptedProvider({ submit: [response.line], ...lookup });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      const zombie = given.step();
      await response.called;
      given.clock.skip(benchLeaseMs);
      await given.addWorker().tick();
      response.resolve(accepted({ job: "late" }));
      await zombie;
      expect(await given.runTo(id)).toMatchObject({ state: "completed", attempts: 1 });
      expect(provider.polls).toEqual([{ job: "late" }]);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("records a response that arrives long after the step was interrupted", async () => {
    const response = heldCall<SubmitOutcome>();
    await bench({ provider: scriptedProvider({ submit: [response.line], ...lookup }) }, async (given) => {
      const id = await given.submit();
      const zombie = given.step();
      await response.called;
      given.clock.skip(benchLeaseMs);
      await given.addWorker().tick();
      await given.clock.advance(benchLeaseMs);
      await zombie;
      expect((await given.generation(id)).state).toBe("reconciling");

      response.resolve(accepted({ job: "very late" }));
      // The drain waits for the record that begins with the next turn.
      await new Promise((resolve) => setImmediate(resolve));
      await given.worker.stop();
      expect((await given.generation(id)).state).toBe("running");
    })();
  });

  it("stops without waiting for a late response, and does not record it afterwards", async () => {
    const response = heldCall<SubmitOutcome>();
    await bench({ provider: scriptedProvider({ submit: [response.line], ...lookup }) }, async (given) => {
      const id = await given.submit();
      const zombie = given.step();
      await response.called;
      given.clock.skip(benchLeaseMs);
      await given.addWorker().tick();
      await given.clock.advance(benchLeaseMs);
      await zombie;
      await given.worker.stop();
      response.resolve(accepted({ job: "too late" }));
      await settled();
      expect((await given.generation(id)).state).toBe("reconciling");
    })();
  });

  it("changes nothing with a response that arrives after the generation has ended", async () => {
    const response = heldCall<SubmitOutcome>();
    await bench({ provider: scriptedProvider({ submit: [response.line], ...lookup }) }, async (given) => {
      const id = await given.submit();
      const zombie = given.step();
      await response.called;
      given.clock.skip(900_000);
      await given.addWorker().tick();
      const ended = await given.generation(id);
      expect(ended).toMatchObject({ state: "failed", failureCode: "deadline_exceeded" });
      response.resolve(accepted());
      await zombie;
      expect(await given.generation(id)).toEqual(ended);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("sends nothing if the lease ended before the request", async () => {
    const provider = scriptedProvider({ submit: [accepted()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      // The process is suspended for a while right after its intent was committed.
      const suspended = given.addWorker({
        onCrashPoint: (point) => {
          if (point === "P5" && provider.submits.length === 0) given.clock.skip(benchLeaseMs);
        },
      });
      await suspended.tick();
      expect(provider.submits).toEqual([]);
      expect(await given.generation(id)).toMatchObject({ state: "retry_wait", attempts: 1 });
      expect((await given.runTo(id)).state).toBe("completed");
      expect(provider.submits).toHaveLength(1);
    })();
  });
});

/** Waits until the worker has received a resolved promise and may have written its result. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}
