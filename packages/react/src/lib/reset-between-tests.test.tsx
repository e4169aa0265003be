import { createMockServer } from "@safelight/client/msw";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { openPageOf } from "../../test/set-up.js";
import { createSafelightHooks } from "./hooks/create-safelight-hooks.js";

const safelight = createMockServer({ models: { flux: {} } });
// One client per module, as hosts have it, and a new query client for each test.
const { client } = openPageOf(safelight);
const { useActiveGeneration } = createSafelightHooks(client);

async function render() {
  const { result } = renderHook(() => useActiveGeneration(), openPageOf(safelight));
  await waitFor(() => expect(result.current).toMatchObject({ isSuccess: true, connection: "live" }));
  return result;
}

describe("one client over several tests, with a reset in between", () => {
  afterEach(() => {
    cleanup();
    safelight.reset();
  });

  it.each([1, 2, 3, 4])("shows a submitted generation at once (%i)", async () => {
    const result = await render();
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    await waitFor(() => expect(result.current.count).toBe(1));
    safelight.complete(id);
    await waitFor(() => expect(result.current).toMatchObject({ count: 0, unseenCount: 1 }));
  });

  it.each([1, 2, 3, 4, 5, 6])("receives changes again after an idle minute (%i)", async () => {
    await render();
    await act(() => new Promise((resolve) => setTimeout(resolve, 150)));
  });

  it("detects that the server cannot be reached", async () => {
    const result = await render();
    safelight.offline();
    await waitFor(() => expect(result.current.connection).toBe("offline"));
  });
});
