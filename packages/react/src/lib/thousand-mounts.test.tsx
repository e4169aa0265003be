import { createMockServer } from "@safelight/client/msw";
import { act, fireEvent, waitFor } from "@testing-library/react";
import { type ReactNode, StrictMode, Suspense, startTransition, use, useState } from "react";
import { createRoot } from "react-dom/client";
import { describe, expect, it } from "vitest";
import { countListeners, countRetained, countSubscribers, countTimers } from "../../test/counters.js";
import { openPageOf } from "../../test/set-up.js";
import { liveOf } from "./connection/live-of.js";
import { createSafelightSuspenseHooks } from "./hooks/create-safelight-suspense-hooks.js";
import { submissionsOf } from "./submit/submissions.js";

/** Clears the references that React keeps to its last render. */
const maxRetained = 10;

const nothing = { listeners: 0, timers: 0, observing: 0, observers: [], hasListeners: false, held: 0, fetching: 0 };

function openCountedPage() {
  // React adds its document listeners with the first root and never removes them.
  createRoot(document.createElement("div")).unmount();
  const safelight = createMockServer({ models: { flux: { credits: 4 } } });
  const page = openPageOf(safelight);
  const live = liveOf(page.queryClient, page.client);
  const queryCache = page.queryClient.getQueryCache();
  const [listeners, timers, subscribers] = [countListeners(), countTimers(), countSubscribers(live)];
  const observing = countSubscribers(submissionsOf(live).observers);
  const used = () => ({
    listeners: listeners(),
    timers: timers(),
    subscribers: subscribers(),
    observing: observing(),
    observers: queryCache.getAll().map((query) => query.getObserversCount()),
    hasListeners: queryCache.hasListeners(),
    held: safelight.held,
    fetching: page.queryClient.isFetching(),
  });
  return { ...page, safelight, used, suspense: createSafelightSuspenseHooks(page.client) };
}
type Page = ReturnType<typeof openCountedPage>;

interface EverythingProps {
  readonly page: Page;
  readonly id: string;
  /** Receives an object that only the hooks of this component reference. */
  readonly onRender?: (held: object) => void;
  /** Suspends forever, after the hooks. */
  readonly isStuck?: boolean;
}

const never = new Promise<void>(() => {});

function Everything({ page: { hooks, suspense }, id, onRender, isStuck = false }: EverythingProps) {
  const { markSeen } = hooks.useActiveGeneration();
  const { generateAsync } = hooks.useGenerate({ model: "flux" });
  hooks.useGeneration(id);
  hooks.useGenerationHistory();
  hooks.useGenerationNotices({ onNotice: () => {} });
  onRender?.(generateAsync);
  onRender?.(markSeen);
  if (isStuck) use(never);
  const { balance } = suspense.useSuspenseCredits();
  return balance;
}

/** Renders without Testing Library, which retains everything it rendered. */
function mount({ wrapper: Wrapper }: Page, children: ReactNode) {
  const container = document.body.appendChild(document.createElement("div"));
  const root = createRoot(container);
  act(() =>
    root.render(
      <StrictMode>
        <Wrapper>{children}</Wrapper>
      </StrictMode>,
    ),
  );
  return { container, unmount: () => act(() => root.unmount()) };
}

/** Starts a render in a transition, and abandons it. */
function GivesUp({ children }: { readonly children: ReactNode }) {
  const [isBegun, setIsBegun] = useState(false);
  return (
    <>
      <button type="button" onClick={() => startTransition(() => setIsBegun(true))} />
      <input type="reset" onClick={() => setIsBegun(false)} />
      <Suspense fallback="waiting">{isBegun && children}</Suspense>
    </>
  );
}

// Runs first: pages of other tests close their connections a little later, and would be counted.
describe("abandoned renders", () => {
  it("leave no listener, timer, observer, request or object behind", async () => {
    const page = openCountedPage();
    const { note, retained } = countRetained();
    const { container, unmount } = mount(
      page,
      <GivesUp>
        <Everything page={page} id="gen_000000000001" onRender={note} isStuck />
      </GivesUp>,
    );
    for (let count = 0; count < 100; count += 1) {
      for (const selector of ["button", "input"]) {
        await act(async () => void fireEvent.click(container.querySelector(selector) as HTMLElement));
      }
    }
    expect(await retained()).toBeLessThan(maxRetained);
    unmount();
    page.queryClient.clear();
    expect(page.used()).toEqual({ ...nothing, subscribers: 1 });
    expect(page.safelight.requests).toEqual([]);
  });
});

describe("a thousand mounts", () => {
  it("leave no listener, timer, observer, request or object behind", async () => {
    const page = openCountedPage();
    const { safelight, used } = page;
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    const stays = mount(page, <Everything page={page} id={id} />);
    await waitFor(() => expect(stays.container.textContent).toBe("96"));
    await waitFor(() => expect(used()).toMatchObject({ held: 1, fetching: 0 }));
    const before = used();
    const { length: requests } = safelight.requests;
    const { note, retained } = countRetained();
    for (let count = 0; count < 1_000; count += 1) {
      mount(page, <Everything page={page} id={id} onRender={note} />).unmount();
    }
    await waitFor(() => expect(used()).toEqual(before));
    expect(safelight.requests).toHaveLength(requests);
    expect(await retained()).toBeLessThan(maxRetained);
    stays.unmount();
    await waitFor(() => expect(used()).toMatchObject({ held: 0, listeners: 0 }));
    expect(used().observers).toEqual(before.observers.map(() => 0));
    page.queryClient.clear();
    // The submissions subscribe to the connection for its lifetime.
    expect(used()).toEqual({ ...nothing, subscribers: 1 });
  }, 120_000);
});
