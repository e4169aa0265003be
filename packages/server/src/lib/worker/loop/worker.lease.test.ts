import { describe, expect, it } from "vitest";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { heldAnswer } from "../../../../testing/held-answer.js";
import { benchLeaseMs, workerBench } from "../../../../testing/worker-bench.js";
import type { OperationStatus, SubmitOutcome } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

describe("a worker's lease", () => {
  it("is renewed while a step runs, so that nobody else takes the generation", async () => {
    const poll = heldAnswer<OperationStatus>();
    const provider = scriptedProvider({ poll: [poll.line, done()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const step = given.nextStep();
      await poll.asked;
      await given.clock.advance(3 * benchLeaseMs);
      expect(await given.addWorker().tick()).toBe(0);
      poll.resolve(done());
      await step;
      expect((await given.generation(id)).state).toBe("completed");
    })();
  });

  it("is not renewed after the step, nor does a timer stay behind", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      await given.runTo(await given.submit(), "running");
      expect(given.clock.pending()).toEqual([]);
    })();
  });

  it("lapses with its worker, and another one takes over", async () => {
    const lost = heldAnswer<OperationStatus>();
    const provider = scriptedProvider({ poll: [lost.line, done()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const dead = given.nextStep();
      await lost.asked;
      const heir = given.addWorker();
      given.clock.skip(benchLeaseMs - 1);
      expect(await heir.tick()).toBe(0);
      given.clock.skip(1);
      expect(await heir.tick()).toBe(1);
      expect((await given.generation(id)).state).toBe("completed");

      // The previous worker resumes with its old response, and changes nothing.
      const before = await given.generation(id);
      lost.resolve({ type: "failed", failure: { code: "content_blocked", message: "stale" } });
      await dead;
      expect(await given.generation(id)).toEqual(before);
      expect(provider.submits).toHaveLength(1);
      expect(await given.balance()).toBe(96);
    })();
  });

  it("ends the step that lost it", async () => {
    const poll = heldAnswer<OperationStatus>();
    const provider = scriptedProvider({ poll: [poll.line, { type: "running", progress: 0.5 }] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const step = given.nextStep();
      const signal = await poll.asked;
      // This worker has not noticed that it lost the lease; its timers were late.
      given.clock.skip(benchLeaseMs);
      await given.addWorker().tick();
      await given.clock.advance(benchLeaseMs / 3);
      expect(signal.aborted).toBe(true);
      await step;
    })();
  });

  it("is given back at once after the machine slept, and taken anew", async () => {
    const poll = heldAnswer<OperationStatus>();
    const provider = scriptedProvider({ poll: [poll.line, done()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const step = given.nextStep();
      await poll.asked;
      given.clock.skip(10 * benchLeaseMs);
      await given.clock.advance(0);
      await step;
      expect(await given.worker.tick()).toBe(1);
      expect(await given.generation(id)).toMatchObject({ state: "completed", attempts: 1 });
      expect(provider.submits).toHaveLength(1);
    })();
  });
});

describe("a worker whose provider never answers", () => {
  const never = (): Promise<never> => new Promise(() => {});
  const hung = [
    ["a paid request", "deadline_exceeded", scriptedProvider({ submit: [never] })],
    ["a question", "deadline_exceeded", scriptedProvider({ poll: [never] })],
    [
      "a lookup",
      "outcome_unknown",
      scriptedProvider({ submit: [{ type: "unknown", reason: "cut" }], findByToken: [never] }),
    ],
  ] as const;

  it.each(hung)("ends in its time although %s fills all of its hands", async (_what, failureCode, provider) => {
    await bench({ provider, worker: { concurrency: 1 } }, async (given) => {
      const id = await given.submit();
      given.worker.start();
      await given.clock.advance(900_000 + 2_000);
      expect(await given.generation(id)).toMatchObject({ state: "failed", failureCode });
      expect(provider.submits).toHaveLength(1);
      expect(await given.balance()).toBe(100);
    })();
  });
});

describe("a worker with a paid request in flight", () => {
  const lookup = { findByToken: [{ type: "unknown" } as const] };

  it("keeps the reply although it slept, when nobody took over", async () => {
    const reply = heldAnswer<SubmitOutcome>();
    await bench({ provider: scriptedProvider({ submit: [reply.line] }) }, async (given) => {
      const id = await given.submit();
      const step = given.step();
      const signal = await reply.asked;
      given.clock.skip(10 * benchLeaseMs);
      await given.clock.advance(0);
      expect(signal.aborted).toBe(false);
      reply.resolve(accepted());
      await step;
      expect((await given.generation(id)).state).toBe("running");
    })();
  });

  it("tells the provider to give up when another worker took over, and sends nothing again", async () => {
    const reply = heldAnswer<SubmitOutcome>();
    const provider = scriptedProvider({ submit: [reply.line], ...lookup });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      const zombie = given.step();
      const signal = await reply.asked;
      given.clock.skip(benchLeaseMs);
      await given.addWorker().tick();
      expect((await given.generation(id)).state).toBe("reconciling");
      await given.clock.advance(benchLeaseMs / 3);
      expect(signal.aborted).toBe(true);
      reply.reject(signal.reason);
      await zombie;
      expect((await given.generation(id)).state).toBe("reconciling");
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("records a reply that comes after another worker took over", async () => {
    const reply = heldAnswer<SubmitOutcome>();
    const provider = scriptedProvider({ submit: [reply.line], ...lookup });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      const zombie = given.step();
      await reply.asked;
      given.clock.skip(benchLeaseMs);
      await given.addWorker().tick();
      reply.resolve(accepted({ job: "late" }));
      await zombie;
      expect(await given.runTo(id)).toMatchObject({ state: "completed", attempts: 1 });
      expect(provider.polls).toEqual([{ job: "late" }]);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("records a reply that comes long after it was given up", async () => {
    const reply = heldAnswer<SubmitOutcome>();
    await bench({ provider: scriptedProvider({ submit: [reply.line], ...lookup }) }, async (given) => {
      const id = await given.submit();
      const zombie = given.step();
      await reply.asked;
      given.clock.skip(benchLeaseMs);
      await given.addWorker().tick();
      await given.clock.advance(benchLeaseMs);
      await zombie;
      expect((await given.generation(id)).state).toBe("reconciling");

      reply.resolve(accepted({ job: "very late" }));
      // The drain waits for the record that begins with the next turn.
      await new Promise((resolve) => setImmediate(resolve));
      await given.worker.stop();
      expect((await given.generation(id)).state).toBe("running");
    })();
  });

  it("stops although a reply that was given up never comes", async () => {
    const reply = heldAnswer<SubmitOutcome>();
    await bench({ provider: scriptedProvider({ submit: [reply.line], ...lookup }) }, async (given) => {
      const id = await given.submit();
      const zombie = given.step();
      await reply.asked;
      given.clock.skip(benchLeaseMs);
      await given.addWorker().tick();
      await given.clock.advance(benchLeaseMs);
      await zombie;
      await given.worker.stop();
      reply.resolve(accepted({ job: "too late" }));
      await heard();
      expect((await given.generation(id)).state).toBe("reconciling");
    })();
  });

  it("changes nothing any more when the generation has ended meanwhile", async () => {
    const reply = heldAnswer<SubmitOutcome>();
    await bench({ provider: scriptedProvider({ submit: [reply.line], ...lookup }) }, async (given) => {
      const id = await given.submit();
      const zombie = given.step();
      await reply.asked;
      given.clock.skip(900_000);
      await given.addWorker().tick();
      const ended = await given.generation(id);
      expect(ended).toMatchObject({ state: "failed", failureCode: "deadline_exceeded" });
      reply.resolve(accepted());
      await zombie;
      expect(await given.generation(id)).toEqual(ended);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("sends nothing when the lease ended before the request went out", async () => {
    const provider = scriptedProvider({ submit: [accepted()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      // The process is suspended for a while right after its intent was committed.
      const sleeper = given.addWorker({
        onCrashPoint: (point) => {
          if (point === "P5" && provider.submits.length === 0) given.clock.skip(benchLeaseMs);
        },
      });
      await sleeper.tick();
      expect(provider.submits).toEqual([]);
      expect(await given.generation(id)).toMatchObject({ state: "retry_wait", attempts: 1 });
      expect((await given.runTo(id)).state).toBe("completed");
      expect(provider.submits).toHaveLength(1);
    })();
  });
});

/** Waits until the worker has received a resolved promise and may have written its result. */
async function heard(): Promise<void> {
  for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}
