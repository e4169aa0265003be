import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openPage } from "../../test/set-up.js";

describe("enabled", () => {
  afterEach(() => void vi.useRealTimers());

  it("sends no request while it is false, and every request from then on", async () => {
    vi.useFakeTimers();
    const { server, hooks, wrapper } = openPage();
    const { id } = server.submit();
    const { result, rerender } = renderHook(
      (enabled: boolean) => [
        hooks.useActiveGeneration({ enabled }).generation?.id,
        hooks.useGeneration(id, { enabled }).generation?.id,
        hooks.useGenerationHistory({}, { enabled }).generations[0]?.id,
        hooks.useCredits({ enabled }).balance,
      ],
      { wrapper, initialProps: false },
    );
    await act(() => vi.advanceTimersByTimeAsync(600_000));
    expect(server.received()).toEqual([]);
    rerender(true);
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    expect(result.current).toEqual([id, id, id, 96]);
    expect(server.held).toBe(1);
    rerender(false);
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    expect(result.current).toEqual([id, id, id, 96]);
    expect(server.held).toBe(0);
  });

  it.each([null, undefined])("stays false for a generation whose id is %s", async (none) => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.submit();
    const { result, rerender } = renderHook((given: string | null | undefined) => hooks.useGeneration(given), {
      wrapper,
      initialProps: none as string | null | undefined,
    });
    await waitFor(() => expect(server.held).toBe(1));
    expect(result.current).toMatchObject({ generation: null, isPending: true, fetchStatus: "idle" });
    rerender(id);
    await waitFor(() => expect(result.current.generation?.id).toBe(id));
    rerender(none);
    expect(result.current.generation).toBeNull();
  });
});
