import { createMockServer } from "@safelight/client/msw";
import { act, fireEvent, render, waitFor } from "@testing-library/react";
import { Suspense, startTransition, use, useEffect, useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { countSubscribers } from "../../test/counters.js";
import { openPageOf } from "../../test/set-up.js";
import { liveOf } from "./connection/live-of.js";
import { submissionsOf } from "./submit/submissions.js";

const never = new Promise<void>(() => {});

function openStudioPage() {
  const safelight = createMockServer({ models: { flux: { credits: 4 } } });
  const submits = () => safelight.requests.filter(({ method }) => method === "POST");
  return { ...openPageOf(safelight), safelight, submits };
}
type Page = ReturnType<typeof openStudioPage>;

interface StudioProps {
  readonly page: Page;
  readonly scope?: string;
  readonly onSubmitted?: () => void;
  readonly onCompleted?: () => void;
  /** Suspends forever, after its hooks. */
  readonly isStuck?: boolean;
}

function Studio({ page: { hooks }, isStuck = false, ...options }: StudioProps) {
  const { generate, generation } = hooks.useGenerate({ model: "flux", ...options });
  const { count } = hooks.useActiveGeneration();
  if (isStuck) use(never);
  return (
    <button type="button" onClick={() => generate({ prompt: "a lamp" })}>
      {generation?.status ?? "nothing"} {count}
    </button>
  );
}

function SubmitsAtOnce({ page: { hooks }, ...callbacks }: StudioProps) {
  const { generate, generation } = hooks.useGenerate({ model: "flux", ...callbacks });
  // biome-ignore lint/correctness/useExhaustiveDependencies: at mount, as a page that is opened with a prompt
  useEffect(() => generate({ prompt: "a lamp" }), []);
  return generation?.status;
}

/** A page whose next render starts in a transition, and may suspend forever. */
function Begins({
  first,
  next,
}: {
  readonly first: Partial<StudioProps>;
  readonly next: Partial<StudioProps> & Pick<StudioProps, "page">;
}) {
  const [props, setProps] = useState(first);
  return (
    <>
      <input type="reset" onClick={() => setProps(first)} />
      <input type="submit" onClick={() => startTransition(() => setProps({ ...next, isStuck: true }))} />
      <Suspense fallback="waiting">
        <Studio {...props} page={next.page} />
      </Suspense>
    </>
  );
}

const click = (container: HTMLElement, selector: string) => {
  fireEvent.click(container.querySelector(selector) as HTMLElement);
};

describe("under StrictMode", () => {
  beforeEach(() => sessionStorage.clear());

  it("submits once from an effect, and calls the callbacks once", async () => {
    const page = openStudioPage();
    const [onSubmitted, onCompleted] = [vi.fn(), vi.fn()];
    const { container } = render(<SubmitsAtOnce {...{ page, onSubmitted, onCompleted }} />, { wrapper: page.wrapper });
    await waitFor(() => expect(container.textContent).toBe("pending"));
    expect(page.submits()).toHaveLength(1);
    expect(onSubmitted).toHaveBeenCalledTimes(1);
    const [{ id } = { id: "" }] = page.safelight.active().generations;
    await waitFor(() => expect(page.safelight.held).toBe(1));
    act(() => void page.safelight.complete(id));
    await waitFor(() => expect(container.textContent).toBe("completed"));
    expect(onCompleted).toHaveBeenCalledTimes(1);
    expect(page.safelight.balance).toBe(96);
  });

  it("opens one connection and fetches active generations once", async () => {
    const page = openStudioPage();
    const live = liveOf(page.queryClient, page.client);
    const subscribers = countSubscribers(live);
    submissionsOf(live);
    render(<Studio page={page} />, { wrapper: page.wrapper });
    await waitFor(() => expect(page.safelight.held).toBe(1));
    expect(page.safelight.requests.map(({ path }) => path)).toEqual([
      "/active",
      expect.stringMatching(/^\/events\?after=/),
    ]);
    // The submissions, the session of the form, and the connection that each of the two hooks shows.
    expect(subscribers()).toBe(4);
  });
});

describe("discarded renders", () => {
  beforeEach(() => sessionStorage.clear());

  it("do not change the target or the callbacks of a form's submission", async () => {
    const page = openStudioPage();
    const [committed, givenUp] = [vi.fn(), vi.fn()];
    const next = { page, scope: "poster", onSubmitted: givenUp };
    const { container } = render(<Begins first={{ scope: "poster", onSubmitted: committed }} next={next} />, {
      wrapper: page.wrapper,
    });
    await waitFor(() => expect(page.safelight.held).toBe(1));
    await act(async () => click(container, "[type=submit]"));
    await act(async () => click(container, "button"));
    await waitFor(() => expect(container.textContent).toContain("pending 1"));
    expect(committed).toHaveBeenCalledTimes(1);
    expect(givenUp).not.toHaveBeenCalled();
    expect(page.submits()).toHaveLength(1);
  });

  it("do not detach a form from the generation it shows", async () => {
    const page = openStudioPage();
    const next = { page, scope: "avatar" };
    const { container } = render(<Begins first={{ scope: "poster" }} next={next} />, { wrapper: page.wrapper });
    await waitFor(() => expect(page.safelight.held).toBe(1));
    await act(async () => click(container, "button"));
    await waitFor(() => expect(container.textContent).toContain("pending 1"));
    const [{ id, scope } = { id: "", scope: null }] = page.safelight.active().generations;
    expect(scope).toBe("poster");
    await act(async () => click(container, "[type=submit]"));
    act(() => void page.safelight.complete(id));
    await waitFor(() => expect(container.textContent).toContain("completed 0"));
    click(container, "[type=reset]");
    expect(container.textContent).toContain("completed 0");
  });
});
