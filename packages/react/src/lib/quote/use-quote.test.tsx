import { createMockServer, type MockServerOptions } from "@safelight/client/msw";
import { act, renderHook } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { holdTime, pass } from "../../../test/pass.js";
import { openPageOf } from "../../../test/set-up.js";
import { createSafelightQuoteHooks } from "../hooks/create-safelight-quote-hooks.js";
import { safelightKeys } from "../query/safelight-keys.js";

const input = z.object({ prompt: z.string().min(1), steps: z.number().default(1) });

/** A page of a server whose price depends on the input. */
function open(options: Partial<MockServerOptions<"flux" | "other">> = {}) {
  const server = createMockServer({
    models: { flux: { input, credits: (checked) => 4 * input.parse(checked).steps }, other: { credits: 1 } },
    ...options,
  });
  const page = openPageOf(server);
  const { useQuote } = createSafelightQuoteHooks(page.client);
  const requests = () => server.requestsTo("POST /quote").map(({ json }) => json);
  return { server, useQuote, requests, ...page };
}

const ofSteps = (steps: number) => ({ prompt: "a lamp", steps });

describe("useQuote", () => {
  holdTime();
  beforeEach(() => sessionStorage.clear());

  it("returns the price, the balance and the limits, with one request for equal inputs", async () => {
    const { useQuote, requests, wrapper } = open();
    const { result, rerender } = renderHook(() => useQuote("flux", ofSteps(2)), { wrapper });
    expect(result.current).toMatchObject({ quote: null, isCurrent: false, error: null });
    await pass(20);
    expect(result.current).toMatchObject({
      isCurrent: true,
      quote: {
        credits: 8,
        balance: 100,
        expectedOutputs: 1,
        queueLength: 0,
        limits: { concurrent: { max: 20, active: 0 } },
      },
    });
    rerender();
    await pass(1_000);
    expect(requests()).toHaveLength(1);
  });

  it("requests a changed input once it rests, and keeps the last quote until the next arrives", async () => {
    const { server, useQuote, requests, wrapper } = open();
    const { result, rerender } = renderHook((steps) => useQuote("flux", ofSteps(steps)), { wrapper, initialProps: 1 });
    await pass(20);
    for (const steps of [2, 3, 4, 5]) {
      rerender(steps);
      await pass(200);
      expect(result.current).toMatchObject({ isCurrent: false, quote: { credits: 4 } });
    }
    expect(requests()).toHaveLength(1);
    const release = server.stallNext("POST /quote", "response");
    await pass(100);
    await pass(20);
    expect(requests()).toHaveLength(2);
    expect(requests().at(-1)).toEqual({ model: "flux", input: ofSteps(5) });
    expect(result.current).toMatchObject({ isCurrent: false, isFetching: true, quote: { credits: 4 } });
    release();
    await pass(20);
    expect(result.current).toMatchObject({ isCurrent: true, quote: { credits: 20 } });
  });

  it("shows the problem of a refused input, and does not request it again", async () => {
    const { server, useQuote, requests, wrapper } = open();
    const { result, rerender } = renderHook((prompt) => useQuote("flux", { prompt }), { wrapper, initialProps: "" });
    // The code that reads a failed response is a chunk.
    await expect
      .poll(async () => {
        await pass(20);
        return result.current.error;
      })
      .not.toBeNull();
    expect(result.current).toMatchObject({
      quote: null,
      isCurrent: false,
      error: { code: "invalid_input", status: 422, issues: [{ path: ["prompt"] }] },
    });
    act(() => server.grantCredits(10));
    window.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("online"));
    server.queue("other", { prompt: "x" });
    rerender("");
    await pass(5_000);
    expect(requests()).toHaveLength(1);
    rerender("a lamp");
    await pass(300);
    await pass(20);
    expect(result.current).toMatchObject({ quote: { credits: 4 }, error: null });
  });

  it("sends no request without an input, or while it is not enabled", async () => {
    const { useQuote, requests, wrapper } = open();
    const without = renderHook((input: { prompt: string } | null) => useQuote("flux", input), {
      wrapper,
      initialProps: null as { prompt: string } | null,
    });
    const disabled = renderHook(() => useQuote("flux", ofSteps(1), { enabled: false }), { wrapper });
    await pass(1_000);
    expect([without.result.current.quote, disabled.result.current.quote]).toEqual([null, null]);
    expect(requests()).toEqual([]);
    without.rerender({ prompt: "a lamp" });
    await pass(300);
    await pass(20);
    expect(without.result.current.quote?.credits).toBe(4);
    without.rerender(null);
    await pass(300);
    await pass(20);
    expect(without.result.current).toMatchObject({ quote: null, isCurrent: false });
  });

  it("is requested again after a submit, an end and a purchase", async () => {
    const { server, hooks, useQuote, wrapper } = open();
    const { result } = renderHook(
      () => ({ quote: useQuote("flux", ofSteps(1)).quote, balance: hooks.useCredits().balance }),
      { wrapper },
    );
    await pass(1_000);
    const { id } = server.queue("flux", ofSteps(3));
    await pass(1_000);
    expect(result.current.quote).toMatchObject({ balance: 88, limits: { concurrent: { active: 1 } } });
    server.fail(id);
    await pass(1_000);
    expect(result.current.quote).toMatchObject({ balance: 100, limits: { concurrent: { active: 0 } } });
    server.grantCredits(50);
    await pass(1_000);
    expect(result.current.quote).toMatchObject({ balance: 150 });
  });

  it("never shows the quote of another owner", async () => {
    const { server, useQuote, wrapper, queryClient } = open();
    const balances: (number | null | undefined)[] = [];
    renderHook(() => balances.push(useQuote("flux", ofSteps(1)).quote?.balance), { wrapper });
    await pass(1_000);
    server.grantCredits(11);
    await pass(1_000);
    server.signIn("another");
    const before = balances.length;
    void queryClient.invalidateQueries({ queryKey: safelightKeys.all() });
    await pass(2_000);
    expect(balances.at(-1)).toBe(100);
    const index = balances.lastIndexOf(undefined);
    expect(index).toBeGreaterThanOrEqual(before);
    expect(balances.slice(index + 1)).not.toContain(111);
  });
});
