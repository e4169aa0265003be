import { createMockServer } from "@safelight/client/msw";
import { act, fireEvent, render, waitFor } from "@testing-library/react";
import { type ReactNode, startTransition, useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Boundary } from "../../../test/boundary.js";
import { openPageOf } from "../../../test/set-up.js";
import { createSafelightSuspenseHooks } from "./create-safelight-suspense-hooks.js";

/** A page whose components suspend, and the text that it shows. */
function openSuspensePage() {
  const safelight = createMockServer({ models: { flux: { credits: 4 }, other: {} } });
  const page = openPageOf(safelight);
  const show = (children: ReactNode) => render(<Boundary>{children}</Boundary>, { wrapper: page.wrapper }).container;
  /** Requests to one path, without long polls. */
  const requested = (path: string) => safelight.requests.filter((request) => request.path === path).length;
  return { ...page, safelight, show, requested, suspense: createSafelightSuspenseHooks(page.client) };
}
type Page = ReturnType<typeof openSuspensePage>;

function Everything({ page: { suspense }, id }: { readonly page: Page; readonly id: string }) {
  const { count, data } = suspense.useSuspenseActiveGeneration();
  const { generation } = suspense.useSuspenseGeneration(id);
  const { generations } = suspense.useSuspenseGenerationHistory();
  const { balance, entries } = suspense.useSuspenseCredits();
  return `${count}/${data.count} ${generation.status} ${generations.length} ${balance} ${entries.length}`;
}

function Credits({ page: { suspense } }: { readonly page: Page }) {
  const { balance, error, refetch } = suspense.useSuspenseCredits();
  return (
    <button type="button" onClick={() => void refetch()}>
      {balance} {error?.code}
    </button>
  );
}

function Gallery({
  page: { suspense },
  onRender,
}: {
  readonly page: Page;
  readonly onRender?: (text: string) => void;
}) {
  const [model, setModel] = useState<"other">();
  const { generations } = suspense.useSuspenseGenerationHistory(model && { model });
  const { balance } = suspense.useSuspenseCredits();
  const text = `${generations.length} ${balance}`;
  onRender?.(text);
  return (
    <button type="button" onClick={() => startTransition(() => setModel("other"))}>
      {text}
    </button>
  );
}

describe("the suspense hooks", () => {
  beforeEach(() => {
    // React logs each error that a boundary catches.
    vi.spyOn(console, "error").mockImplementation(() => {});
  });
  afterEach(() => void vi.restoreAllMocks());

  it("suspend until the first response, fetch once, and are kept up to date", async () => {
    const page = openSuspensePage();
    const { safelight, show, requested } = page;
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    const container = show(<Everything page={page} id={id} />);
    expect(container.textContent).toBe("waiting");
    await waitFor(() => expect(container.textContent).toBe("1/1 pending 1 96 2"));
    await waitFor(() => expect(safelight.held).toBe(1));
    expect(["/active", `/${id}`, "/", "/credits"].map(requested)).toEqual([1, 1, 1, 1]);
    act(() => void safelight.fail(id));
    await waitFor(() => expect(container.textContent).toBe("0/0 failed 1 100 3"));
  });

  it("open no connection before they have data", async () => {
    const page = openSuspensePage();
    const { safelight, show, queryClient } = page;
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    safelight.refuseNext("GET /credits", "forbidden");
    const container = show(<Everything page={page} id={id} />);
    await waitFor(() => expect(container.textContent).toBe("forbidden"));
    expect(safelight.requests.map(({ path }) => path)).toEqual(["/active", `/${id}`, "/", "/credits"]);
    expect(queryClient.getQueryCache().hasListeners()).toBe(false);
  });

  it("throw the error of the first fetch, and fetch again when the boundary is reset", async () => {
    const page = openSuspensePage();
    const { safelight, show, requested } = page;
    safelight.signOut();
    const container = show(<Credits page={page} />);
    await waitFor(() => expect(container.textContent).toBe("unauthenticated"));
    safelight.signIn("owner-a");
    fireEvent.click(container.querySelector("button") as HTMLElement);
    await waitFor(() => expect(container.textContent).toBe("100 "));
    expect(requested("/credits")).toBe(2);
  });

  it("keep their data after a later error", async () => {
    const page = openSuspensePage();
    const { safelight, show } = page;
    const container = show(<Credits page={page} />);
    await waitFor(() => expect(container.textContent).toBe("100 "));
    safelight.refuseNext("GET /credits", "forbidden");
    fireEvent.click(container.querySelector("button") as HTMLElement);
    await waitFor(() => expect(container.textContent).toBe("100 forbidden"));
  });

  it("throw not_found when the generation was deleted", async () => {
    const page = openSuspensePage();
    const { safelight, show } = page;
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    safelight.complete(id);
    const container = show(<Everything page={page} id={id} />);
    await waitFor(() => expect(container.textContent).toBe("0/0 completed 1 96 3"));
    await waitFor(() => expect(safelight.held).toBe(1));
    act(() => safelight.delete(id));
    await waitFor(() => expect(container.textContent).toBe("not_found"));
  });

  it("suspend again when another owner signs in, and never show data of the previous owner", async () => {
    const page = openSuspensePage();
    const { safelight, show } = page;
    const shown: string[] = [];
    safelight.queue("flux", { prompt: "a lamp" });
    const container = show(<Gallery page={page} onRender={(text) => shown.push(text)} />);
    await waitFor(() => expect(container.textContent).toBe("1 96"));
    await waitFor(() => expect(safelight.held).toBe(1));
    act(() => safelight.signIn("owner-b"));
    await waitFor(() => expect(container.textContent).toBe("0 100"));
    expect(new Set(shown)).toEqual(new Set(["1 96", "0 100"]));
    await waitFor(() => expect(safelight.held).toBe(1));
  });

  it("suspend again after the host cleared the cache", async () => {
    const page = openSuspensePage();
    const { safelight, show, queryClient } = page;
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    const container = show(<Everything page={page} id={id} />);
    await waitFor(() => expect(safelight.held).toBe(1));
    await waitFor(() => expect(container.textContent).toBe("1/1 pending 1 96 2"));
    act(() => queryClient.clear());
    await waitFor(() => expect(container.textContent).toBe("waiting"));
    await waitFor(() => expect(container.textContent).toBe("1/1 pending 1 96 2"));
    await waitFor(() => expect(safelight.held).toBe(1));
    act(() => void safelight.fail(id));
    await waitFor(() => expect(container.textContent).toBe("0/0 failed 1 100 3"));
  });

  it("keep their data while a transition loads another query", async () => {
    const page = openSuspensePage();
    const { safelight, show, requested } = page;
    safelight.queue("flux", { prompt: "a lamp" });
    safelight.queue("other", { prompt: "a lamp" });
    const shown: string[] = [];
    const container = show(<Gallery page={page} />);
    const watch = new MutationObserver(() => shown.push(container.textContent ?? ""));
    watch.observe(container, { subtree: true, childList: true, characterData: true });
    await waitFor(() => expect(container.textContent).toBe("2 96"));
    await waitFor(() => expect(safelight.held).toBe(1));
    shown.length = 0;
    fireEvent.click(container.querySelector("button") as HTMLElement);
    await waitFor(() => expect(container.textContent).toBe("1 96"));
    watch.disconnect();
    expect(new Set(shown)).toEqual(new Set(["1 96"]));
    expect(requested("/?model=other")).toBe(1);
  });
});
