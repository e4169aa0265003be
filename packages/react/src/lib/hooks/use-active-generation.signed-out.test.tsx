import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openPage } from "../../../test/set-up.js";
import { safelightKeys } from "../query/safelight-keys.js";

const soon = () => act(() => vi.advanceTimersByTimeAsync(100));
const tenMinutes = () => act(() => vi.advanceTimersByTimeAsync(600_000));

describe("useActiveGeneration: signed out", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("polls once a minute until the user signs in", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    server.signOut();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await tenMinutes();
    expect(result.current).toMatchObject({ error: { code: "unauthenticated" }, connection: "signed-out" });
    expect(server.received().map(({ path }) => path)).toEqual(Array.from({ length: 11 }, () => "/active"));
    server.signIn("owner-b");
    await act(() => queryClient.invalidateQueries({ queryKey: safelightKeys.all() }));
    await soon();
    expect(result.current).toMatchObject({ isSuccess: true, connection: "live" });
    expect(server.held).toBe(1);
  });

  it("reports the end of a session, and polls at most once a minute from then on", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await soon();
    expect(server.held).toBe(1);
    server.refuseNext("GET /active?after", "unauthenticated");
    server.signOut();
    await soon();
    const requested = server.received().length;
    await tenMinutes();
    expect(result.current).toMatchObject({ error: { status: 401 }, connection: "signed-out" });
    expect(
      server
        .received()
        .slice(requested)
        .map(({ path }) => path),
    ).toEqual(Array.from({ length: 10 }, () => "/active"));
  });

  it("reconnects when a command succeeds", async () => {
    const { server, hooks, wrapper } = openPage();
    server.signOut();
    const { result } = renderHook(
      () => ({ active: hooks.useActiveGeneration(), generate: hooks.useGenerate({ model: "flux" }) }),
      { wrapper },
    );
    await soon();
    server.signIn("owner-b");
    await act(() => result.current.generate.generateAsync({ prompt: "a lamp" }));
    await soon();
    expect(result.current.active).toMatchObject({ count: 1, connection: "live", isSuccess: true });
  });
});
