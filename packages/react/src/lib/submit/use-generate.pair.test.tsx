import { act, renderHook, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openPage } from "../../../test/set-up.js";

/** Two components with the same model and scope, such as a form and a status line. */
function openPlace(options: { readonly resume?: boolean; readonly scope?: string } = {}) {
  const page = openPage();
  const onSubmitted = vi.fn();
  const onCompleted = vi.fn();
  const { result } = renderHook(
    () => ({
      form: page.hooks.useGenerate({ model: "flux" }),
      other: page.hooks.useGenerate({ model: "flux", onSubmitted, onCompleted, ...options }),
    }),
    { wrapper: page.wrapper },
  );
  return { ...page, result, onSubmitted, onCompleted };
}

describe("useGenerate: two components with the same model and scope", () => {
  beforeEach(() => sessionStorage.clear());

  it("show the submission of either of them", async () => {
    const { server, result, onSubmitted, onCompleted } = openPlace();
    await waitFor(() => expect(server.held).toBe(1));
    const open = server.stallNext("POST /");
    act(() => result.current.form.generate({ prompt: "a lamp" }));
    expect(result.current.other).toMatchObject({ isSubmitting: true, isResumed: true });
    open();
    await waitFor(() => expect(result.current.other.isActive).toBe(true));
    expect(result.current.form).toMatchObject({ isActive: true, isResumed: false });
    expect(result.current.other.generation).toEqual(result.current.form.generation);
    const second = await act(() => result.current.other.generateAsync({ prompt: "a chair" }));
    expect(result.current.form).toMatchObject({ generation: { id: second.id }, isResumed: true });
    expect(result.current.other).toMatchObject({ generation: { id: second.id }, isResumed: false });
    expect(onSubmitted.mock.calls).toMatchObject([[{ id: second.id }]]);
    for (const { id } of server.active().generations) act(() => void server.complete(id));
    await waitFor(() => expect(onCompleted).toHaveBeenCalledTimes(2));
    expect(server.requestsTo("POST /")).toHaveLength(2);
  });

  it("each announce a submission that both have sent", async () => {
    const { server, hooks, wrapper } = openPage();
    const callbacks = [vi.fn(), vi.fn()];
    const { result } = renderHook(
      () => callbacks.map((onSubmitted) => hooks.useGenerate({ model: "flux", onSubmitted })),
      { wrapper },
    );
    await act(() => Promise.all(result.current.map(({ generateAsync }) => generateAsync({ prompt: "a lamp" }))));
    expect(server.requestsTo("POST /")).toHaveLength(1);
    await waitFor(() => expect(callbacks.map(({ mock }) => mock.calls.length)).toEqual([1, 1]));
  });

  it("join an equal input within the window of the component that submits, whatever the window of the other", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(
      () => [10_000, 0].map((doubleSubmitWindowMs) => hooks.useGenerate({ model: "flux", doubleSubmitWindowMs })),
      { wrapper },
    );
    const submit = (index: number, prompt: string) => act(() => result.current[index]?.generateAsync({ prompt }));
    const first = await submit(0, "a lamp");
    await submit(1, "a chair");
    expect(await submit(0, "a lamp")).toMatchObject({ id: first?.id });
    expect(server.requestsTo("POST /")).toHaveLength(2);
    await submit(1, "a lamp");
    expect(server.requestsTo("POST /")).toHaveLength(3);
  });

  it("do not announce a submission to the one that was mounted while it was in flight", async () => {
    const { server, hooks, wrapper } = openPage();
    const open = server.stallNext("POST /");
    const [onSubmitted, onSubmittedLate, onCompleted] = [vi.fn(), vi.fn(), vi.fn()];
    const form = renderHook(() => hooks.useGenerate({ model: "flux", onSubmitted }), { wrapper });
    act(() => form.result.current.generate({ prompt: "a lamp" }));
    const late = renderHook(() => hooks.useGenerate({ model: "flux", onSubmitted: onSubmittedLate, onCompleted }), {
      wrapper,
    });
    await waitFor(() => expect(late.result.current).toMatchObject({ isSubmitting: true, isResumed: true }));
    act(open);
    await waitFor(() => expect(late.result.current.isActive).toBe(true));
    await waitFor(() => expect(server.held).toBe(1));
    for (const { id } of server.active().generations) act(() => void server.complete(id));
    await waitFor(() => expect(onCompleted).toHaveBeenCalledTimes(1));
    expect(onSubmitted).toHaveBeenCalledTimes(1);
    expect(onSubmittedLate).not.toHaveBeenCalled();
  });

  it("show the refusal of either of them", async () => {
    const { server, result } = openPlace();
    server.refuseNext("POST /", "insufficient_credits");
    await act(() => result.current.form.generateAsync({ prompt: "a lamp" }).catch(() => {}));
    expect(result.current.other).toMatchObject({ error: { code: "insufficient_credits" }, isSubmitting: false });
    await act(() => result.current.other.retry());
    expect(result.current.form).toMatchObject({ error: null, isActive: true });
  });

  it.each([
    ["that resumes nothing", { resume: false }],
    ["with another scope", { scope: "poster" }],
  ])("do not share submissions with a component %s", async (_, options) => {
    const { result } = openPlace(options);
    await act(() => result.current.form.generateAsync({ prompt: "a lamp" }));
    expect(result.current.form.isActive).toBe(true);
    expect(result.current.other).toMatchObject({ generation: null, submission: null });
  });
});
