import { act, renderHook, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { openPage } from "../../test/set-up.js";

describe("useCredits", () => {
  beforeEach(() => sessionStorage.clear());

  it("shows the balance and its movements, newest first", async () => {
    const { server, hooks, wrapper } = openPage();
    server.submit();
    const { result } = renderHook(() => hooks.useCredits(), { wrapper });
    expect(result.current).toMatchObject({ balance: null, entries: [] });
    await waitFor(() => expect(result.current.balance).toBe(96));
    expect(result.current.entries.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["debit", -4],
      ["grant", 100],
    ]);
  });

  it("is right after acceptance", async () => {
    const { hooks, wrapper } = openPage();
    const { result } = renderHook(
      () => ({ credits: hooks.useCredits(), generate: hooks.useGenerate({ model: "flux" }) }),
      { wrapper },
    );
    await waitFor(() => expect(result.current.credits.balance).toBe(100));
    await act(() => result.current.generate.generateAsync({ prompt: "a lamp" }));
    await waitFor(() => expect(result.current.credits.balance).toBe(96));
    expect(result.current.credits.entries.map(({ kind }) => kind)).toEqual(["debit", "grant"]);
  });

  it("is right after a refund, and after what another device does", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useCredits(), { wrapper });
    await waitFor(() => expect(result.current.balance).toBe(100));
    await waitFor(() => expect(server.held).toBe(1));
    const { id } = server.submit();
    await waitFor(() => expect(result.current.balance).toBe(96));
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.fail(id));
    await waitFor(() => expect(result.current.balance).toBe(100));
    expect(result.current.entries[0]).toMatchObject({ kind: "refund", generationId: id });
  });

  it("is not read again for progress, nor once for each of many ends", async () => {
    const { server, hooks, wrapper } = openPage();
    const ids = [1, 2, 3, 4, 5].map(() => server.submit().id);
    const { result } = renderHook(() => hooks.useCredits(), { wrapper });
    await waitFor(() => expect(result.current.balance).toBe(80));
    await waitFor(() => expect(server.held).toBe(1));
    const read = server.seen("GET /credits").length;
    for (const id of ids) server.progress(id, 0.5);
    await waitFor(() => expect(server.held).toBe(1));
    expect(server.seen("GET /credits")).toHaveLength(read);
    for (const id of ids) server.fail(id);
    await waitFor(() => expect(result.current.balance).toBe(100));
    expect(server.seen("GET /credits").length - read).toBeLessThanOrEqual(2);
  });
});
