import { act, renderHook, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { lateChunk } from "../../../test/late-chunk.js";
import { openPage } from "../../../test/set-up.js";
import { loadModule } from "../connection/late-module.js";
import { createSafelightManyHooks } from "../hooks/create-safelight-many-hooks.js";
import { groupModule } from "./use-generate-many.js";

const two = [{ prompt: "a lamp" }, { prompt: "a chair" }];

/** A page with the group hook. */
function open(options: { readonly groupId?: string; readonly doubleSubmitWindowMs?: number } = {}) {
  const page = openPage();
  const { useGenerateMany } = createSafelightManyHooks(page.client);
  const render = () => renderHook(() => useGenerateMany({ model: "flux", ...options }), { wrapper: page.wrapper });
  return { ...page, render, submits: () => page.server.requestsTo("POST /many") };
}

describe("useGenerateMany", () => {
  beforeEach(() => sessionStorage.clear());

  it("submits several inputs at once, and follows their generations in the order of the inputs", async () => {
    const { server, render, submits } = open();
    const { result } = render();
    expect(result.current).toMatchObject({ groupId: null, generations: [], isSubmitting: false, isActive: false });
    act(() => result.current.generateMany(two, { metadata: { order: 7 } }));
    await waitFor(() => expect(result.current.generations).toHaveLength(2));
    expect(submits()[0]?.json).toEqual({ model: "flux", inputs: two, metadata: { order: 7 } });
    expect(result.current.generations.map(({ input }) => input)).toEqual(two);
    expect(result.current).toMatchObject({ isSubmitting: false, isActive: true, error: null });
    const [first, second] = result.current.generations.map(({ id }) => id);
    act(() => void server.complete(first ?? ""));
    await waitFor(() => expect(result.current.generations[0]?.status).toBe("completed"));
    expect(result.current.isActive).toBe(true);
    act(() => void server.fail(second ?? ""));
    await waitFor(() => expect(result.current.isActive).toBe(false));
  });

  it("cancels the group, and shows none after a reset", async () => {
    const { render } = open();
    const { result } = render();
    await act(() => result.current.generateManyAsync(two));
    await waitFor(() => expect(result.current.groupId).not.toBeNull());
    await act(() => result.current.cancel());
    await waitFor(() =>
      expect(result.current.generations.map(({ status }) => status)).toEqual(["canceled", "canceled"]),
    );
    act(() => result.current.reset());
    await waitFor(() => expect(result.current).toMatchObject({ groupId: null, generations: [] }));
  });

  it("shows why a submit was refused", async () => {
    const { server, render } = open();
    const { result } = render();
    server.refuseNext("POST /many", "insufficient_credits");
    act(() => result.current.generateMany(two));
    await waitFor(() => expect(result.current.error?.code).toBe("insufficient_credits"));
    expect(result.current).toMatchObject({ groupId: null, isSubmitting: false });
  });

  it("submits a double click once, and reuses the key after a lost response", async () => {
    const { server, render, submits } = open();
    const { result } = render();
    act(() => {
      result.current.generateMany(two);
      result.current.generateMany(two);
    });
    await waitFor(() => expect(result.current.generations).toHaveLength(2));
    expect(new Set(submits().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(server.active().generations).toHaveLength(2);
    // The client itself repeats a lost request twice.
    for (let tries = 0; tries < 3; tries += 1) server.loseNext("POST /many", "response");
    const other = [{ prompt: "a third" }];
    await act(async () => {
      await expect(result.current.generateManyAsync(other)).rejects.toMatchObject({ code: "network" });
    });
    // The page has received the price since the first click.
    await act(() => result.current.generateManyAsync(other, { expectedCredits: 4 }));
    expect(server.active().generations).toHaveLength(3);
  });

  it("submits once if the response arrives between the two clicks, and twice without a window", async () => {
    const { render, submits } = open();
    const { result } = render();
    const first = await act(() => result.current.generateManyAsync(two));
    const second = await act(() => result.current.generateManyAsync(two));
    expect(second).toEqual(first);
    expect(submits()).toHaveLength(1);
    expect(result.current.generations).toHaveLength(2);
    const eager = open({ doubleSubmitWindowMs: 0 });
    const { result: each } = eager.render();
    await act(() => each.current.generateManyAsync(two));
    await act(() => each.current.generateManyAsync(two));
    expect(new Set(eager.submits().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
  });

  it("reuses the key of a submit without a response after a remount", async () => {
    const { server, render, submits } = open();
    const { result, unmount } = render();
    for (let tries = 0; tries < 3; tries += 1) server.loseNext("POST /many", "response");
    await act(async () => {
      await expect(result.current.generateManyAsync(two)).rejects.toMatchObject({ code: "network" });
    });
    unmount();
    const again = render().result;
    await act(() => again.current.generateManyAsync(two));
    expect(new Set(submits().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    await waitFor(() => expect(again.current.generations).toHaveLength(2));
  });

  it("shows nothing of a user who has signed out, and nothing to the next one", async () => {
    const { server, render, queryClient } = open();
    const { result } = render();
    await act(() => result.current.generateManyAsync(two));
    await waitFor(() => expect(result.current.generations).toHaveLength(2));
    const nothing = { groupId: null, generations: [], isActive: false, isSubmitting: false, error: null };
    server.signOut();
    act(() => queryClient.clear());
    await waitFor(() => expect(result.current).toMatchObject(nothing));
    server.signIn("owner-b");
    await act(() => queryClient.invalidateQueries());
    expect(result.current).toMatchObject(nothing);
    await act(() => result.current.generateManyAsync([{ prompt: "mine" }]));
    expect(result.current.generations.map(({ input }) => input)).toEqual([{ prompt: "mine" }]);
  });

  it("shows a given group", async () => {
    const before = open();
    const group = await before.client.submitMany("flux", two);
    const { useGenerateMany } = createSafelightManyHooks(before.client);
    const { result } = renderHook(() => useGenerateMany({ model: "flux", groupId: group.groupId }), {
      wrapper: before.wrapper,
    });
    await waitFor(() => expect(result.current.generations.map(({ input }) => input)).toEqual(two));
  });

  it("is not sent after another user has signed in before its code was loaded", async () => {
    await loadModule(groupModule);
    const code = lateChunk(groupModule);
    const { server, render, submits, queryClient } = open();
    const { result } = render();
    await waitFor(() => expect(server.held).toBe(1));
    let refused: unknown;
    act(() => {
      result.current.generateManyAsync(two).catch((error: unknown) => {
        refused = error;
      });
    });
    server.signIn("owner-b", { held: "kept" });
    act(() => queryClient.clear());
    await waitFor(() => expect(server.held).toBeGreaterThan(0));
    act(() => code.arrive());
    await waitFor(() => expect(refused).toMatchObject({ code: "unauthenticated" }));
    expect(submits()).toEqual([]);
  });

  it("uses the key again after a lost response whose repetition was refused", async () => {
    const { server, render, submits } = open();
    const { result } = render();
    server.loseNext("POST /many", "response");
    server.refuseNext("POST /many", "rate_limited");
    await act(async () => {
      await expect(result.current.generateManyAsync(two)).rejects.toMatchObject({ code: "rate_limited" });
    });
    await act(() => result.current.generateManyAsync(two));
    expect(new Set(submits().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(server.active().generations).toHaveLength(2);
  });
});
