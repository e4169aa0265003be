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
