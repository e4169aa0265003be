import { createSafelightClient } from "@safelight/client";
import { QueryClient } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type App, openPage } from "../../test/set-up.js";
import { testServer } from "../../test/test-server.js";
import { createSafelightHooks } from "./hooks/create-safelight-hooks.js";

/** Two clients on one page, each with its own owner and server. */
function openTwo(options: readonly [object, object]) {
  const { wrapper } = openPage(testServer(), new QueryClient());
  const servers = [testServer(), testServer()];
  const all = servers.map((server, index) => {
    server.signIn(`owner-${index}`);
    // Different sequences, so that no poll is held.
    for (let change = 0; change <= index; change += 1) server.submit();
    const client = createSafelightClient<App>({
      baseUrl: "http://one.test",
      ...options[index],
      fetch: server.fetch,
    });
    return createSafelightHooks(client);
  });
  const view = renderHook(
    () =>
      all.map((hooks) => [
        hooks.useActiveGeneration().data?.generation?.ownerTag,
        ...hooks.useGenerationHistory().generations.map(({ ownerTag }) => ownerTag),
      ]),
    { wrapper },
  );
  const requested = () => servers.reduce((sum, server) => sum + server.received().length, 0);
  return { ...view, servers, requested };
}

describe("two servers on one query client", () => {
  afterEach(() => void vi.useRealTimers());

  it("have separate keys by origin if their path is the same", async () => {
    const { result, servers, requested } = openTwo([{}, { baseUrl: "http://two.test" }]);
    await waitFor(() => expect(servers.map(({ held }) => held)).toEqual([1, 1]));
    await waitFor(() =>
      expect(result.current).toEqual([
        ["owner-0", "owner-0"],
        ["owner-1", "owner-1", "owner-1"],
      ]),
    );
    const before = requested();
    act(() => void servers[0]?.submit());
    await waitFor(() => expect(result.current[0]).toHaveLength(3));
    expect(requested() - before).toBeLessThanOrEqual(2);
  });

  it("do not loop if they share a key and never agree", async () => {
    vi.useFakeTimers();
    const { requested, unmount } = openTwo([{}, {}]);
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    const before = requested();
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    // Each restarts every thirty seconds, and refetches all mounted queries.
    expect(requested() - before).toBeLessThan(40);
    expect(before).toBeLessThan(120);
    unmount();
  });
});
