import { describe, expect, it } from "vitest";
import { tempFolder } from "../temp-folder.js";
import type { DeliveryFaults } from "./faulty-dispatcher.js";
import type { OpenDispatcher } from "./open-dispatcher.js";

/** Options of {@link runDispatcherContract}. */
export interface DispatcherContractOptions {
  /** Generations of each test with faults. @default 60 */
  readonly generations?: number;
}

const faultless: DeliveryFaults = { lost: 0, doubled: 0, late: 0 };
const waitMs = 1_200;

/**
 * Registers the contract tests for a dispatcher that delivers through a job engine with vitest. They use the system's
 * clock, and two servers on one database file. The engine may lose, double, delay and reorder deliveries, and a server may
 * sleep past its leases. Then no generation is paid twice, each debit is resolved once, and all generations end. Requires
 * `libsql`.
 *
 * @param name name of the dispatcher in the test report.
 * @example
 * ```ts
 * runDispatcherContract("bullmqDispatcher", async (deliver) => {
 *   const queue = new Queue("safelight", { connection });
 *   const worker = new Worker("safelight", (job) => deliver(job.data.generationId), { connection, concurrency: 16 });
 *   const close = async () => void (await Promise.all([worker.close(), queue.close()]));
 *   return { dispatcher: bullmqDispatcher({ queue }), close };
 * });
 * ```
 */
export function runDispatcherContract(
  name: string,
  open: OpenDispatcher,
  { generations = 60 }: DispatcherContractOptions = {},
): void {
  describe(`${name} as a dispatcher`, () => {
    const id = "gen_00000000-0000-7000-8000-000000000001";

    it("delivers a wake with the id of its generation", async () => {
      const { delivered, engine } = await openRecorder(open);
      await engine.dispatcher.enqueue({ generationId: id, dueInMs: 0 });
      expect((await delivered).id).toBe(id);
      await engine.close();
    });

    it("delivers a later wake not before its time", async () => {
      const { delivered, engine } = await openRecorder(open);
      const { maxDelayMs = Number.POSITIVE_INFINITY } = engine.dispatcher;
      const enqueuedAt = performance.now();
      if (maxDelayMs >= waitMs) {
        await engine.dispatcher.enqueue({ generationId: id, dueInMs: waitMs });
        // The engine's clock may be a few milliseconds behind.
        expect((await delivered).at - enqueuedAt).toBeGreaterThan(waitMs - 100);
      }
      await engine.close();
    });

    it("accepts a wake of no generation", async () => {
      const { delivered, engine } = await openRecorder(open);
      await engine.dispatcher.enqueue({ generationId: null, dueInMs: 0 });
      await engine.dispatcher.enqueue({ generationId: id, dueInMs: 0 });
      expect((await delivered).id).toBe(id);
      await engine.close();
    });

    it.each([
      ["without faults", faultless, 0],
      ["if all wakes are lost, by sweeps alone", { lost: 1, doubled: 0, late: 0 }, 0],
      ["if wakes are lost, doubled and late", { lost: 0.1, doubled: 0.2, late: 0.3 }, 0],
      ["if processes also sleep past their leases", { lost: 0.1, doubled: 0.2, late: 0.2 }, 0.05],
    ])(
      "ends every generation, pays each at most once, and resolves each debit once, %s",
      async (_, faults, sleepProbability) => {
        const { play } = await import("./play.js");
        const folder = await tempFolder("dispatcher");
        const ends = await play(open, { sleepProbability, faults, folder, generations });
        expect(ends.violations).toEqual([]);
        expect(ends.count).toBe(generations);
      },
    );

    it("delivers a generation that waits at a full gate again only when the gate may have capacity", async () => {
      const { play } = await import("./play.js");
      const folder = await tempFolder("dispatcher");
      const options = { sleepProbability: 0, faults: faultless, folder, generations: 8, concurrency: 1 };
      const ends = await play(open, options);
      expect(ends).toMatchObject({ violations: [], count: 8 });
      // The delivery of each submit, and some that another delivery has overtaken.
      expect(ends.earlyDeliveries).toBeLessThanOrEqual(16);
    });
  });
}

/** Opens an engine, and records its first delivery. */
async function openRecorder(open: OpenDispatcher) {
  let onDelivered: (delivery: { readonly id: string; readonly at: number }) => void = () => {};
  const delivered = new Promise<{ readonly id: string; readonly at: number }>((resolve) => {
    onDelivered = resolve;
  });
  const engine = await open(async (id) => onDelivered({ id, at: performance.now() }));
  return { delivered, engine };
}
