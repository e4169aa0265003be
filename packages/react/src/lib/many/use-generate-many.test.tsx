import { act, renderHook, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { openPage } from "../../../test/set-up.js";
import { createSafelightManyHooks } from "../hooks/create-safelight-many-hooks.js";

const two = [{ prompt: "a lamp" }, { prompt: "a chair" }];

/** A page with the hook of groups. */
function open(options: { readonly groupId?: string } = {}) {
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

  it("submits a double click once, and uses the key again after a lost response", async () => {
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
    // Its price became known in the meantime.
    await act(() => result.current.generateManyAsync(other, { expectedCredits: 4 }));
    expect(server.active().generations).toHaveLength(3);
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
});
