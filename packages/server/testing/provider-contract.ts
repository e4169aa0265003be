import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectMedia, ProviderBench, type ProviderSubject } from "./provider-contract/bench.js";
import { describeFailures } from "./provider-contract/failures.js";
import { describeJob } from "./provider-contract/follow-job.js";
import { describeWebhooks } from "./provider-contract/webhooks.js";

/**
 * Registers the contract tests for a provider with vitest. Call it in the adapter's test file.
 *
 * @param name name of the adapter in the test report.
 * @param create creates a vendor without jobs, and an adapter for it. Called before each test.
 * @example
 * ```ts
 * runProviderContract("fal", async () => adapterTo(await startRecordedVendor()));
 * ```
 */
export function runProviderContract<Input>(name: string, create: () => Promise<ProviderSubject<Input>>): void {
  describe(`${name} as a provider`, () => {
    let current: ProviderBench<Input> | null = null;
    const bench = (): ProviderBench<Input> => {
      if (current === null) throw new Error("The provider exists only while a test runs.");
      return current;
    };

    beforeEach(async () => {
      current = new ProviderBench(await create());
    });

    afterEach(async () => {
      await current?.subject.close?.();
      current = null;
    });

    it("has a short, stable name", () => {
      const { provider, reopen } = bench().subject;
      expect(provider.id).toMatch(/^[a-z0-9][a-z0-9-]{0,31}$/);
      expect(reopen().id).toBe(provider.id);
    });

    it("has the methods that its capabilities require", () => {
      const { provider } = bench().subject;
      expect(typeof provider.poll).toBe(provider.capabilities.resumable ? "function" : "undefined");
      expect(typeof provider.cancel).toBe(provider.capabilities.cancel ? "function" : "undefined");
      const webhooks = provider.capabilities.webhook ? "function" : "undefined";
      expect([typeof provider.verifyWebhook, typeof provider.requestIdOf]).toEqual([webhooks, webhooks]);
    });

    it("returns a serializable operation for a paid request, or its outputs", async () => {
      const { inputs, provider } = bench().subject;
      const outcome = await bench().submit(inputs.succeeding);
      expect(outcome.type).toBe(provider.capabilities.resumable ? "accepted" : "done");
      if (outcome.type === "done") expectMedia(outcome.outputs);
      if (outcome.type !== "accepted") return;
      expect(JSON.parse(JSON.stringify(outcome.operation))).toEqual(outcome.operation);
    });

    it("sends the paid request once", async () => {
      await bench().submit(bench().subject.inputs.succeeding);
      expect(await bench().subject.paidRequests("token-1")).toBe(1);
    });

    it("keeps concurrent requests separate", async () => {
      const tokens = ["token-1", "token-2", "token-3"];
      const outcomes = await Promise.all(
        tokens.map((token) => bench().submit(bench().subject.inputs.succeeding, token)),
      );
      expect(await Promise.all(tokens.map((token) => bench().subject.paidRequests(token)))).toEqual([1, 1, 1]);
      const operations = outcomes.flatMap((outcome) => (outcome.type === "accepted" ? [outcome.operation] : []));
      expect(new Set(operations.map((operation) => JSON.stringify(operation))).size).toBe(operations.length);
    });

    describeWebhooks(bench);
    describeJob(bench);
    describeFailures(bench);
  });
}
