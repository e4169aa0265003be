import { createMockServer } from "@safelight/client/msw";
import { act, fireEvent, render, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { countSubscribers } from "../../test/counters.js";
import { closedGate } from "../../test/gate.js";
import { openPageOf } from "../../test/set-up.js";
import { liveOf } from "./connection/live-of.js";

interface Family {
  readonly current: unknown;
}
interface Refresher {
  setRefreshHandler(familyOf: (type: unknown) => Family | undefined): void;
  scheduleRefresh(root: unknown, update: { updatedFamilies: Set<Family>; staleFamilies: Set<Family> }): void;
}

// React detects the hook of React Refresh when it loads, so it must be installed before.
const refresh = vi.hoisted(() => {
  const found: { refresher: Refresher | null; root: unknown } = { refresher: null, root: null };
  Object.assign(globalThis, {
    __REACT_DEVTOOLS_GLOBAL_HOOK__: {
      supportsFiber: true,
      inject: (refresher: Refresher) => {
        found.refresher = refresher;
        return 1;
      },
      onCommitFiberRoot: (_: number, root: unknown) => {
        found.root = root;
      },
      onCommitFiberUnmount: () => {},
    },
  });
  return found;
});

/** Saves the file of a component: React keeps its state, and runs its effects again. */
function hotReload(before: unknown, after: unknown) {
  const family = { current: after };
  refresh.refresher?.setRefreshHandler((type) => (type === before || type === after ? family : undefined));
  act(() =>
    refresh.refresher?.scheduleRefresh(refresh.root, { updatedFamilies: new Set([family]), staleFamilies: new Set() }),
  );
}

function openStudioPage() {
  const safelight = createMockServer({ models: { flux: { credits: 4 } } });
  const gates: Promise<void>[] = [];
  const fetch = async (request: Request) => {
    const response = await safelight.fetch(request);
    if (request.method === "POST") await gates.shift();
    return response;
  };
  const submits = () => safelight.requests.filter(({ method }) => method === "POST");
  const callbacks = { onSubmitted: vi.fn(), onCompleted: vi.fn() };
  return { ...openPageOf({ fetch }), safelight, submits, gates, callbacks };
}
type Page = ReturnType<typeof openStudioPage>;

interface StudioProps {
  readonly page: Page;
  readonly resume?: boolean;
}

function useStudio({ page: { hooks, callbacks }, resume }: StudioProps) {
  const { count } = hooks.useActiveGeneration();
  const { generate, generation, isResumed } = hooks.useGenerate({ model: "flux", resume, ...callbacks });
  const text = `${generation?.status ?? "nothing"}${isResumed ? " resumed" : ""} ${count}`;
  return { text, submit: () => generate({ prompt: "a lamp" }) };
}

function Studio(props: StudioProps) {
  const { text, submit } = useStudio(props);
  return (
    <button type="button" onClick={submit}>
      {text}
    </button>
  );
}

function SavedStudio(props: StudioProps) {
  const { text, submit } = useStudio(props);
  return (
    <button type="button" onClick={submit}>
      {text}, saved
    </button>
  );
}

describe("hot reload", () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(() => refresh.refresher?.setRefreshHandler(() => undefined));

  it.each([true, false])("keeps the submission that a form shows (resume: %s)", async (resume) => {
    const page = openStudioPage();
    const { safelight, callbacks } = page;
    const { container } = render(<Studio page={page} resume={resume} />, { wrapper: page.wrapper });
    await waitFor(() => expect(safelight.held).toBe(1));
    fireEvent.click(container.querySelector("button") as HTMLElement);
    await waitFor(() => expect(container.textContent).toBe("pending 1"));
    hotReload(Studio, SavedStudio);
    expect(container.textContent).toBe("pending 1, saved");
    const [{ id } = { id: "" }] = safelight.active().generations;
    act(() => void safelight.complete(id));
    await waitFor(() => expect(container.textContent).toBe("completed 0, saved"));
    hotReload(SavedStudio, Studio);
    expect(container.textContent).toBe("completed 0");
    expect(page.submits()).toHaveLength(1);
    expect(callbacks.onSubmitted).toHaveBeenCalledTimes(1);
    expect(callbacks.onCompleted).toHaveBeenCalledTimes(1);
  });

  it("does not repeat a submission in flight, and calls its callbacks once", async () => {
    const page = openStudioPage();
    const { before, open } = closedGate();
    page.gates.push(before);
    const { container } = render(<Studio page={page} />, { wrapper: page.wrapper });
    await waitFor(() => expect(page.safelight.held).toBe(1));
    fireEvent.click(container.querySelector("button") as HTMLElement);
    await waitFor(() => expect(page.submits()).toHaveLength(1));
    hotReload(Studio, SavedStudio);
    fireEvent.click(container.querySelector("button") as HTMLElement);
    open();
    await waitFor(() => expect(container.textContent).toBe("pending 1, saved"));
    expect(page.submits()).toHaveLength(1);
    expect(page.callbacks.onSubmitted).toHaveBeenCalledTimes(1);
  });

  it("keeps one connection over any number of reloads", async () => {
    const page = openStudioPage();
    const subscribers = countSubscribers(liveOf(page.queryClient, page.client));
    const { container, unmount } = render(<Studio page={page} />, { wrapper: page.wrapper });
    await waitFor(() => expect(page.safelight.held).toBe(1));
    const before = subscribers();
    for (let save = 0; save < 50; save += 1) {
      hotReload(Studio, SavedStudio);
      hotReload(SavedStudio, Studio);
    }
    expect(subscribers()).toBe(before);
    act(() => void page.safelight.queue("flux", { prompt: "a lamp" }));
    await waitFor(() => expect(container.textContent).toBe("nothing 1"));
    expect(page.safelight.held).toBe(1);
    expect(page.safelight.requests.map(({ path }) => path)).toEqual(["/active", expect.stringMatching(/^\/events/)]);
    unmount();
    await waitFor(() => expect(page.safelight.held).toBe(0));
  });
});
