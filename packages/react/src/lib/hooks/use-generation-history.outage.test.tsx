import { renderHook, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { closedGate } from "../../../test/gate.js";
import { openPage } from "../../../test/set-up.js";

/** A page of the history with one generation, and of its connection. */
function openHistory() {
  const { server, hooks, wrapper } = openPage();
  server.submit();
  const show = () =>
    renderHook(() => ({ ...hooks.useGenerationHistory(), connection: hooks.useActiveGeneration().connection }), {
      wrapper,
    });
  return { server, show };
}

describe("useGenerationHistory: a failed first load", () => {
  it("is repeated once the connection is back", async () => {
    const { server, show } = openHistory();
    server.offline();
    const { result } = show();
    await waitFor(() => expect(result.current).toMatchObject({ connection: "offline", error: { code: "network" } }));
    server.online();
    await waitFor(() => expect(result.current.generations).toHaveLength(1));
    expect(result.current.error).toBeNull();
  });

  it("is repeated if it ends after the connection is back", async () => {
    const { server, show } = openHistory();
    const { before, open } = closedGate();
    // StrictMode aborts the first request. The client repeats the second one twice.
    for (let tries = 0; tries < 4; tries += 1) {
      server.interceptNext("GET /", async () => {
        await before;
        throw new TypeError("The network has changed");
      });
    }
    const { result } = show();
    await waitFor(() => expect(result.current.connection).toBe("live"));
    open();
    await waitFor(() => expect(result.current.generations).toHaveLength(1));
  });

  it("is not repeated if the server has responded with a failure", async () => {
    const { server, show } = openHistory();
    for (let tries = 0; tries < 2; tries += 1) server.refuseNext("GET /", "internal");
    const { result } = show();
    await waitFor(() => expect(result.current).toMatchObject({ connection: "live", error: { code: "internal" } }));
    server.offline();
    await waitFor(() => expect(result.current.connection).toBe("offline"));
    server.online();
    await waitFor(() => expect(result.current.connection).toBe("live"));
    // A refetch would start in the next task.
    await new Promise((resolve) => setTimeout(resolve));
    expect(result.current.error?.code).toBe("internal");
  });
});
