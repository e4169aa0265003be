import { act, renderHook, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { openPage } from "../../../test/set-up.js";
import { testServer } from "../../../test/test-server.js";

/** A page of an owner with 23 unseen generations: three more than are listed. */
async function openPageOfMany() {
  const page = openPage(testServer({ credits: 1_000 }));
  const { server, hooks, wrapper } = page;
  const ids = Array.from({ length: 23 }, () => {
    const { id } = server.submit("flux");
    return server.complete(id).id;
  });
  const { result } = renderHook(
    () => ({ all: hooks.useActiveGeneration(), flux: hooks.useActiveGeneration({ model: "flux" }) }),
    { wrapper },
  );
  await waitFor(() => expect(server.held).toBe(1));
  return { ...page, ids, result };
}

describe("useActiveGeneration: more unseen generations than are listed", () => {
  it("counts all of them, and with a model those that are listed", async () => {
    const { result } = await openPageOfMany();
    expect(result.current.all).toMatchObject({ unseenCount: 23, data: { unseenCount: 23 } });
    expect(result.current.all.unseen).toHaveLength(20);
    expect(result.current.flux.unseenCount).toBe(20);
  });

  it("lists the rest after the listed ones were marked as seen", async () => {
    const { result, ids } = await openPageOfMany();
    await act(() => result.current.all.markSeen());
    await waitFor(() => expect(result.current.all.unseen.map(({ id }) => id)).toEqual(ids.slice(0, 3).reverse()));
    expect(result.current.all.unseenCount).toBe(3);
    await act(() => result.current.all.markSeen());
    await waitFor(() => expect(result.current.all).toMatchObject({ unseenCount: 0, unseen: [] }));
  });

  it.each([
    ["marks as seen", "markSeen"],
    ["deletes", "delete"],
  ] as const)("refetches the count when another device %s an unlisted one", async (_, how) => {
    const { server, result, ids } = await openPageOfMany();
    act(() => server[how](ids[0] ?? ""));
    await waitFor(() => expect(result.current.all.unseenCount).toBe(22));
  });

  it("refetches once for several changes, and not at all if all are listed", async () => {
    const { server, result, ids } = await openPageOfMany();
    const requested = () => server.received().filter(({ path }) => path === "/active").length;
    const before = requested();
    act(() => {
      for (const id of ids.slice(0, 3)) server.markSeen(id);
    });
    await waitFor(() => expect(result.current.all.unseenCount).toBe(20));
    await waitFor(() => expect(server.held).toBe(1));
    expect(requested() - before).toBeLessThanOrEqual(2);
    const after = requested();
    act(() => void server.markSeen(ids[5] ?? ""));
    await waitFor(() => expect(result.current.all.unseenCount).toBe(19));
    await waitFor(() => expect(server.held).toBe(1));
    expect(requested()).toBe(after);
  });
});
