import type { FailureCode } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { ProviderErrorCode, ProviderFailure } from "../../generation/provider-failure.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const failure = (code: ProviderErrorCode, retryAfterMs?: number): ProviderFailure => ({
  code,
  message: "for the log",
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});
const rejected = (code: ProviderErrorCode, retryAfterMs?: number) =>
  ({ type: "rejected", failure: failure(code, retryAfterMs) }) as const;
const failed = (code: ProviderErrorCode) => ({ type: "failed", failure: failure(code) }) as const;

/** By provider error: the generation's failure code, and the number of attempts. */
const failures: readonly (readonly [ProviderErrorCode, FailureCode, number])[] = [
  ["invalid_input", "provider_rejected_input", 1],
  ["content_blocked", "content_rejected", 1],
  ["unauthenticated", "provider_misconfigured", 1],
  ["forbidden", "provider_misconfigured", 1],
  ["insufficient_credit", "provider_misconfigured", 1],
  ["not_found", "provider_misconfigured", 1],
  ["provider_error", "provider_failed", 1],
  ["rate_limited", "provider_rate_limited", 4],
  ["provider_timeout", "provider_failed", 4],
  ["provider_unavailable", "provider_unavailable", 4],
];

describe("a worker whose provider refuses the request", () => {
  it.each(failures)("fails after %s as %s, after %i attempts, with a refund", async (code, end, attempts) => {
    const provider = scriptedProvider({ submit: [rejected(code)] });
    await bench({ provider }, async (given) => {
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ state: "failed", failureCode: end, attempts, refundedCredits: 4 });
      expect(generation.startedAt).toBeNull();
      expect(provider.submits).toHaveLength(attempts);
      expect(await given.balance()).toBe(100);
    })();
  });

  it("retries until the request is accepted, and not before the vendor's `retryAfterMs`", async () => {
    const provider = scriptedProvider({ submit: [rejected("rate_limited", 5_000), accepted()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "retry_wait", attempts: 1 });
      // The vendor's five seconds and half of the window.
      given.clock.skip(5_999);
      await given.step();
      expect(provider.submits).toHaveLength(1);
      given.clock.skip(1);
      await given.step();
      expect(provider.submits).toHaveLength(2);
      expect((await given.runTo(id)).state).toBe("completed");
      expect(await given.balance()).toBe(96);
    })();
  });
});

describe("a worker whose job fails", () => {
  it.each<readonly [ProviderErrorCode, FailureCode]>([
    ...failures.map(([code, end]) => [code, end] as const),
    ["job_lost", "provider_failed"],
    ["no_output", "provider_failed"],
    ["result_expired", "output_unavailable"],
    ["output_rejected", "output_rejected"],
  ])(
    "fails after %s as %s on the first attempt, with a refund, because the vendor may charge for it",
    async (code, end) => {
      const provider = scriptedProvider({ poll: [failed(code)] });
      await bench({ provider }, async (given) => {
        const generation = await given.runTo(await given.submit());
        expect(generation).toMatchObject({ state: "failed", failureCode: end, attempts: 1, refundedCredits: 4 });
        expect(provider.submits).toHaveLength(1);
        expect(await given.balance()).toBe(100);
      })();
    },
  );

  it("pays a second time only if the vendor allows a retry of the failed job", async () => {
    const failure = { code: "provider_unavailable", message: "no capacity", retryable: true } as const;
    const provider = scriptedProvider({ poll: [{ type: "failed", failure }, done()] });
    await bench({ provider }, async (given) => {
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ state: "completed", attempts: 2 });
      expect(provider.polls).toEqual(provider.submits.map(({ token }) => ({ job: token })));
    })();
  });

  it("uses up no attempt for polls that fail", async () => {
    const cut = () => {
      throw new Error("connection reset");
    };
    const provider = scriptedProvider({ poll: [cut, cut, cut, cut, cut, cut, done()] });
    await bench({ provider }, async (given) => {
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ state: "completed", attempts: 1 });
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("fails a job that the vendor canceled on its own", async () => {
    await bench({ provider: scriptedProvider({ poll: [{ type: "canceled" }] }) }, async (given) => {
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ state: "failed", failureCode: "provider_failed", refundedCredits: 4 });
    })();
  });
});

describe("a worker with a failover provider", () => {
  const providers = (first: ReturnType<typeof rejected>) => ({
    first: scriptedProvider({ id: "first", submit: [first] }),
    second: scriptedProvider({ id: "second" }),
  });

  it.each(["rate_limited", "unauthenticated", "provider_error"] as const)(
    "fails over at once after %s",
    async (code) => {
      const { first, second } = providers(rejected(code, 60_000));
      await bench({ provider: [first, second] }, async (given) => {
        const id = await given.submit();
        await given.step();
        await given.step();
        expect([first, second].map(({ submits }) => submits.length)).toEqual([1, 1]);
        expect((await given.runTo(id)).state).toBe("completed");
        expect(second.polls).toHaveLength(1);
      })();
    },
  );

  it.each([
    ["warn", "unauthenticated"],
    ["warn", "forbidden"],
    ["warn", "insufficient_credit"],
    ["warn", "not_found"],
    ["info", "rate_limited"],
    ["info", "provider_error"],
  ] as const)(
    "logs at level %s that the first provider returned %s, because failover hides it",
    async (level, code) => {
      const { first, second } = providers(rejected(code));
      await bench({ provider: [first, second] }, async (given) => {
        await given.runTo(await given.submit());
        expect(given.log).toEqual([`${level} Attempt failed; retrying.`]);
      })();
    },
  );

  it("does not fail over after refused content", async () => {
    const { first, second } = providers(rejected("content_blocked"));
    await bench({ provider: [first, second] }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({ failureCode: "content_rejected" });
      expect(second.submits).toEqual([]);
    })();
  });

  it("does not fail over when no attempt is left", async () => {
    const { first, second } = providers(rejected("rate_limited"));
    await bench({ provider: [first, second], model: { maxAttempts: 1 } }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({ failureCode: "provider_rate_limited" });
      expect(second.submits).toEqual([]);
    })();
  });
});

describe("a worker past the deadline", () => {
  it.each(["queued", "running", "retry_wait", "reconciling"] as const)(
    "fails a generation in state `%s`, with a refund",
    async (state) => {
      const submit = { running: accepted(), retry_wait: rejected("rate_limited"), queued: accepted() };
      const lost = { type: "unknown", reason: "cut" } as const;
      const provider = scriptedProvider({
        submit: [state === "reconciling" ? lost : submit[state]],
        findByToken: [{ type: "unknown" }],
      });
      await bench({ provider }, async (given) => {
        const id = await given.submit();
        if (state !== "queued") await given.step();
        expect((await given.generation(id)).state).toBe(state);
        given.clock.skip(900_000);
        await given.step();
        const failureCode = state === "retry_wait" ? "provider_rate_limited" : "deadline_exceeded";
        expect(await given.generation(id)).toMatchObject({ state: "failed", failureCode });
        expect(await given.balance()).toBe(100);
        expect(provider.polls).toEqual([]);
      })();
    },
  );

  it("fails a generation of a model that no worker has", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      const id = await given.submit({ model: "other" });
      given.clock.skip(900_000);
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "failed", failureCode: "deadline_exceeded" });
    })();
  });
});

describe("a worker with a poison job", () => {
  it("fails it after ten expired leases in a row", async () => {
    await bench({ provider: scriptedProvider() }, async (given) => {
      const id = await given.submit();
      // Each of these workers crashed right after its claim.
      for (let crash = 0; crash < 11; crash += 1) {
        await given.store.claim({ models: ["demo"], limit: 1, leaseMs: 1_000, token: `crash-${crash}` });
        given.clock.skip(1_000);
      }
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "failed", failureCode: "internal" });
      expect(await given.balance()).toBe(100);
    })();
  });
});
