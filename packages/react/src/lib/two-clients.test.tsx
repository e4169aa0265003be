import { createSafelightClient } from "@safelight/client";
import { act, renderHook, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { type App, openPage } from "../../test/set-up.js";
import { createSafelightHooks } from "./hooks/create-safelight-hooks.js";
import { createPendingSubmissions } from "./submit/pending-submissions.js";

/** A page with hooks of a second client of the same server, as another module or a sign-in creates one. */
function openTwice() {
  const page = openPage();
  const tokens: (string | null)[] = [];
  const expired = new Set<string | null>();
  const hooksAs = (token: string) =>
    createSafelightHooks(
      createSafelightClient<App>({
        baseUrl: "http://safelight.test",
        cacheKey: "/api/generations",
        headers: { authorization: token },
        fetch: async (request) => {
          const token = request.headers.get("authorization");
          tokens.push(token);
          return expired.has(token)
            ? Response.json({ code: "unauthenticated" }, { status: 401 })
            : page.server.fetch(request);
        },
      }),
    );
  return { ...page, hooksAs, tokens, expired };
}

describe("two clients of one server", () => {
  beforeEach(() => sessionStorage.clear());

  it("write shared data once", async () => {
    const { server, hooks, hooksAs, wrapper, queryClient } = openTwice();
    const others = hooksAs("another");
    const { result } = renderHook(() => [hooks.useActiveGeneration(), others.useActiveGeneration()] as const, {
      wrapper,
    });
    await waitFor(() => expect(server.held).toBe(1));
    const { id } = server.submit();
    await waitFor(() => expect(result.current[0].count).toBe(1));
    act(() => void server.complete(id));
    await waitFor(() => expect(result.current.map(({ unseen }) => unseen)).toMatchObject([[{ id }], [{ id }]]));
    let writes = 0;
    queryClient.getQueryCache().subscribe(({ type }) => {
      writes += type === "updated" ? 1 : 0;
    });
    act(() => void server.delete(id));
    await waitFor(() => expect(result.current.map(({ unseen }) => unseen)).toEqual([[], []]));
    expect(writes).toBe(1);
  });

  it("use the remaining client, and keep the submission of a form", async () => {
    const { server, hooksAs, tokens, wrapper } = openTwice();
    const [before, after] = [hooksAs("before"), hooksAs("after")];
    const { result, rerender } = renderHook((hooks) => hooks.useGenerate({ model: "flux" }), {
      wrapper,
      initialProps: before,
    });
    await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    const { generation } = result.current;
    await waitFor(() => expect(server.held).toBe(1));
    tokens.length = 0;
    rerender(after);
    expect(result.current.generation).toBe(generation);
    await waitFor(() => expect(tokens).toContain("after"));
    act(() => void server.complete(generation?.id ?? ""));
    await waitFor(() => expect(result.current.generation?.status).toBe("completed"));
    await act(() => result.current.generateAsync({ prompt: "another lamp" }));
    expect(new Set(tokens)).toEqual(new Set(["after"]));
    expect(server.requestsTo("POST /")).toHaveLength(2);
  });

  it("switch to the other client when the first unmounts", async () => {
    const { server, hooksAs, tokens, wrapper } = openTwice();
    const first = renderHook((hooks) => hooks.useActiveGeneration(), { wrapper, initialProps: hooksAs("first") });
    await waitFor(() => expect(server.held).toBe(1));
    const { result } = renderHook((hooks) => hooks.useGenerate({ model: "flux" }), {
      wrapper,
      initialProps: hooksAs("second"),
    });
    await act(async () => {});
    first.unmount();
    await waitFor(() => expect(tokens.at(-1)).toBe("second"));
    tokens.length = 0;
    await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    expect(new Set(tokens)).toEqual(new Set(["second"]));
  });

  it.each(["before", "after"])("switch to the other client, mounted %s the first was refused", async (when) => {
    const { server, hooksAs, expired, wrapper } = openTwice();
    const first = renderHook((hooks) => hooks.useActiveGeneration(), { wrapper, initialProps: hooksAs("first") });
    await waitFor(() => expect(server.held).toBe(1));
    const mountSecond = () =>
      renderHook((hooks) => hooks.useActiveGeneration(), { wrapper, initialProps: hooksAs("second") });
    const early = when === "before" ? mountSecond() : null;
    expired.add("first");
    act(() => server.releaseHeld());
    if (early === null) await waitFor(() => expect(first.result.current.connection).toBe("signed-out"));
    const { result } = early ?? mountSecond();
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.submit());
    await waitFor(() => expect(result.current).toMatchObject({ connection: "live", count: 1 }));
  });

  it("submit and cancel with the form's client while another client is refused", async () => {
    const { server, hooksAs, expired, wrapper } = openTwice();
    renderHook((hooks) => hooks.useActiveGeneration(), { wrapper, initialProps: hooksAs("expired") });
    await waitFor(() => expect(server.held).toBe(1));
    const { result } = renderHook((hooks) => hooks.useGenerate({ model: "flux" }), {
      wrapper,
      initialProps: hooksAs("own"),
    });
    expired.add("expired");
    await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    expect(await act(() => result.current.cancel())).toMatchObject({ status: "canceled" });
  });

  it("resend an interrupted submission with the form's client after a reload", async () => {
    const { server, hooksAs, expired, wrapper } = openTwice();
    renderHook((hooks) => hooks.useActiveGeneration(), { wrapper, initialProps: hooksAs("expired") });
    await waitFor(() => expect(server.held).toBe(1));
    createPendingSubmissions("safelight:/api/generations").put({
      request: { model: "flux", input: { prompt: "a lamp" } },
      idempotencyKey: "key-of-the-click",
      submittedAt: Date.now(),
      ownerTag: server.active().ownerTag,
      hasFailed: false,
    });
    expired.add("expired");
    const { result } = renderHook((hooks) => hooks.useGenerate({ model: "flux" }), {
      wrapper,
      initialProps: hooksAs("own"),
    });
    await waitFor(() => expect(result.current.generation).toMatchObject({ model: "flux" }));
  });

  it("charge no owner if the form's client belongs to another owner than the connection's", async () => {
    const { server, hooks, wrapper } = openTwice();
    const other = openPage();
    other.server.signIn("owner-b");
    renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    const { result } = renderHook(() => other.hooks.useGenerate({ model: "flux" }), { wrapper });
    await act(async () => {});
    const refused = act(() => result.current.generateAsync({ prompt: "a lamp" }));
    await expect(refused).rejects.toMatchObject({ code: "unauthenticated" });
    expect([server.balance, other.server.balance]).toEqual([100, 100]);
    expect(sessionStorage).toHaveLength(0);
  });

  it("receive changes although each render creates another client", async () => {
    const { server, hooksAs, wrapper } = openTwice();
    let renders = 0;
    const { result, rerender } = renderHook(() => hooksAs(`${renders++}`).useActiveGeneration(), { wrapper });
    const renderFor = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 100) {
        rerender();
        await act(() => new Promise((resolve) => setTimeout(resolve, 100)));
      }
    };
    await renderFor(1_000);
    server.submit();
    await renderFor(3_000);
    expect(result.current.count).toBe(1);
  });
});
