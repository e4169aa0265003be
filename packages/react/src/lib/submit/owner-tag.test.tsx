import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openPage } from "../../../test/set-up.js";
import { createSafelightManyHooks } from "../hooks/create-safelight-many-hooks.js";

const input = { prompt: "a lamp" };

/** A page with both hooks that submit, each as one function. */
function openForm() {
  const page = openPage();
  const { useGenerateMany } = createSafelightManyHooks(page.client);
  const use = () => {
    const one = page.hooks.useGenerate({ model: "flux" });
    const many = useGenerateMany({ model: "flux" });
    return {
      error: one.error ?? many.error,
      isSubmitting: one.isSubmitting || many.isSubmitting,
      "POST /": () => one.generateAsync(input),
      "POST /many": () => many.generateManyAsync([input]),
    };
  };
  return { ...page, ...renderHook(use, { wrapper: page.wrapper }) };
}

describe("the retry of a submit", () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it.each(["POST /", "POST /many"] as const)(
    "of %s is refused if another user has signed in since the click, also before the page knows it",
    async (request) => {
      const { server, hooks, queryClient, result } = openForm();
      await waitFor(() => expect(server.held).toBe(1));
      vi.useFakeTimers();
      server.loseNext(request);
      let refused: unknown;
      await act(async () => {
        result.current[request]().catch((error) => {
          refused = error;
        });
      });
      // As on a real server: the open stream goes on for the previous user.
      server.signIn("owner-b", { held: "kept" });
      await act(() => vi.advanceTimersByTimeAsync(20_000));
      expect(server.requestsTo(request)).toHaveLength(2);
      expect(refused).toMatchObject({ code: "unauthenticated" });
      expect(server.balance).toBe(100);
      // The refusal ends the session of the previous user on this page.
      expect(queryClient.getQueryData(hooks.keys.active())).toMatchObject({ ownerTag: "owner-b" });
      expect(result.current).toMatchObject({ error: null, isSubmitting: false });
    },
  );

  it.each(["POST /", "POST /many"] as const)(
    "of %s is refused if another user has signed in since, although the click came before the page knew its owner",
    async (request) => {
      vi.useFakeTimers();
      vi.spyOn(Math, "random").mockReturnValue(0.5);
      const { server, hooks, queryClient, result } = openForm();
      server.loseNext(request);
      let refused: unknown;
      await act(async () => {
        result.current[request]().catch((error) => {
          refused = error;
        });
        await vi.advanceTimersByTimeAsync(0);
      });
      expect(queryClient.getQueryData(hooks.keys.active())).toMatchObject({ ownerTag: "owner-a" });
      expect(server.requestsTo(request)).toHaveLength(1);
      server.signIn("owner-b", { held: "kept" });
      await act(() => vi.advanceTimersByTimeAsync(20_000));
      expect(server.requestsTo(request)).toHaveLength(2);
      expect(refused).toMatchObject({ code: "unauthenticated" });
      expect(server.balance).toBe(100);
    },
  );
});
