import { renderHook, waitFor } from "@testing-library/react";
import { useEffect } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openPage } from "../../../test/set-up.js";

beforeEach(() => sessionStorage.clear());
afterEach(() => vi.restoreAllMocks());

it("an effect that marks all unseen generations repeats a refused request with a growing delay", async () => {
  const { server, hooks, wrapper } = openPage();
  const { id } = server.submit();
  server.complete(id);
  for (let tries = 0; tries < 3; tries += 1) server.refuseNext("POST /seen", "forbidden");
  const delays = vi.spyOn(globalThis, "setTimeout");
  const use = () => {
    const { unseen, markSeen } = hooks.useActiveGeneration();
    useEffect(() => {
      if (unseen.length > 0) void markSeen();
    }, [unseen, markSeen]);
  };
  renderHook(use, { wrapper });
  await waitFor(() => expect(server.requestsTo("POST /seen")).toHaveLength(4));
  const waited = delays.mock.calls.map(([, ms]) => ms);
  expect(waited).toEqual(expect.arrayContaining([500, 1_000]));
});

it("markSeen stays the same function when unseen generations change", async () => {
  const { server, hooks, wrapper } = openPage();
  const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
  await waitFor(() => expect(server.held).toBe(1));
  const { markSeen } = result.current;
  const { id } = server.submit();
  server.complete(id);
  await waitFor(() => expect(result.current.unseen).toHaveLength(1));
  expect(result.current.markSeen).toBe(markSeen);
  await markSeen();
  expect(server.requestsTo("POST /seen").map(({ json }) => json)).toEqual([{ ids: [id] }]);
});
