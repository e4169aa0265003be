import { act, renderHook, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { openPage } from "../../../test/set-up.js";

describe('hooks with of: "team"', () => {
  it("show what members share, live, apart from the owner's own data", async () => {
    const { server, hooks, wrapper } = openPage();
    server.signIn("ann", { team: "crew" });
    server.submit("flux", { visibility: "own" });
    const first = server.submit("flux", { visibility: "team" });
    server.signIn("ben", { team: "crew" });
    const team = renderHook(() => hooks.useGenerationHistory({ of: "team" }), { wrapper }).result;
    const own = renderHook(() => hooks.useGenerationHistory(), { wrapper }).result;
    const active = renderHook(() => hooks.useActiveGeneration({ of: "team" }), { wrapper }).result;
    await waitFor(() => expect(team.current.generations.map(({ id }) => id)).toEqual([first.id]));
    await waitFor(() => expect(own.current.isSuccess).toBe(true));
    await waitFor(() => expect(active.current.count).toBe(1));
    expect(own.current.generations).toEqual([]);
    act(() => void server.complete(first.id));
    await waitFor(() => expect(team.current.generations[0]?.status).toBe("completed"));
    await waitFor(() => expect(active.current.count).toBe(0));
    // Unseen is a state of the submitter.
    expect(active.current.unseen).toEqual([]);
  });

  /** A page of ann, who sees her own gallery and that of her team. */
  async function openPageOfAnn() {
    const page = openPage();
    const { server, hooks, wrapper } = page;
    server.signIn("dan", { team: "rivals" });
    const other = server.submit("flux", { visibility: "team" });
    server.signIn("ann", { team: "crew" });
    const { id } = server.submit("flux", { visibility: "team" });
    const ids = ({ enabled }: { readonly enabled: boolean }) => {
      const { generations } = hooks.useGenerationHistory({ of: "team" }, { enabled });
      hooks.useActiveGeneration();
      return generations.map((generation) => generation.id);
    };
    const { result, rerender } = renderHook(ids, { wrapper, initialProps: { enabled: true } });
    await waitFor(() => expect(result.current).toEqual([id]));
    // Each gallery has a connection, which stays open.
    await waitFor(() => expect(server.held).toBe(2));
    return { ...page, result, rerender, other };
  }

  it("forget the team's data when a response for the own gallery shows another user", async () => {
    const { server, hooks, queryClient, result, other } = await openPageOfAnn();
    server.signIn("eve", { held: "kept", team: "rivals" });
    await act(() => queryClient.invalidateQueries({ queryKey: hooks.keys.active(), exact: true }));
    await waitFor(() => expect(result.current).toEqual([other.id]));
    server.signIn("ann", { held: "kept", team: "crew" });
    server.submit("flux", { visibility: "team" });
    server.signIn("eve", { held: "kept", team: "rivals" });
    const { id } = server.submit("flux", { visibility: "team" });
    await waitFor(() => expect(result.current).toEqual([id, other.id]));
  });

  it("forget the team's data of the previous user while they are disabled", async () => {
    const { server, hooks, queryClient, result, rerender } = await openPageOfAnn();
    rerender({ enabled: false });
    await waitFor(() => expect(server.held).toBe(1));
    expect(result.current).toHaveLength(1);
    server.signIn("eve", { held: "kept", team: "rivals" });
    await act(() => queryClient.invalidateQueries({ queryKey: hooks.keys.active(), exact: true }));
    await waitFor(() => expect(result.current).toEqual([]));
  });

  it("forget the team's data when the host removes all queries at sign-out", async () => {
    const { server, hooks, queryClient, result } = await openPageOfAnn();
    server.signOut({ held: "kept" });
    act(() => queryClient.removeQueries({ queryKey: hooks.keys.all() }));
    await waitFor(() => expect(result.current).toEqual([]));
  });

  it("show the next team when the user changes teams and the host invalidates the active generations", async () => {
    const { server, hooks, queryClient, result, other } = await openPageOfAnn();
    server.signIn("ann", { held: "kept", team: "rivals" });
    await act(() => queryClient.invalidateQueries({ queryKey: hooks.keys.active() }));
    await waitFor(() => expect(result.current).toEqual([other.id]));
  });

  it("forget the team's data when the user has left the team", async () => {
    const { server, hooks, wrapper } = openPage();
    server.signIn("ann", { team: "crew" });
    const { id } = server.submit("flux", { visibility: "team" });
    server.signIn("ben", { team: "crew" });
    const { result } = renderHook(() => hooks.useGenerationHistory({ of: "team" }), { wrapper });
    const one = renderHook(() => hooks.useGeneration(id, { of: "team" }), { wrapper }).result;
    await waitFor(() => expect(result.current.generations).toHaveLength(1));
    await waitFor(() => expect(one.current.generation).not.toBeNull());
    act(() => server.signIn("ben"));
    await waitFor(() => expect(result.current.generations).toEqual([]));
    expect(result.current.error).toMatchObject({ code: "forbidden" });
    await waitFor(() => expect(one.current.generation).toBeNull());
    // Also in a component that is mounted only now.
    const late = renderHook(() => hooks.useGeneration(id, { of: "team" }), { wrapper }).result;
    expect(late.current.generation).toBeNull();
  });
});
