import { createMockServer } from "@safelight/client/msw";
import { type DehydratedState, dehydrate, HydrationBoundary } from "@tanstack/react-query";
import { act, render, waitFor } from "@testing-library/react";
import { Suspense } from "react";
import { renderToReadableStream } from "react-dom/server.edge";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type App, openPageOf } from "../../../test/set-up.js";
import { prefetchActive } from "../query/prefetch-active.js";
import { prefetchCredits, prefetchHistory } from "../query/prefetch-pages.js";
import { createSafelightSuspenseHooks } from "./create-safelight-suspense-hooks.js";

const headers = new Headers();

function open() {
  const safelight = createMockServer({ models: { flux: { credits: 4 } } });
  safelight.queue("flux", { prompt: "a lamp" });
  return safelight;
}
type Server = ReturnType<typeof open>;

function Studio({ suspense }: { readonly suspense: ReturnType<typeof createSafelightSuspenseHooks<App>> }) {
  const { count } = suspense.useSuspenseActiveGeneration();
  const { generations } = suspense.useSuspenseGenerationHistory();
  return `${count} ${generations.length} ${suspense.useSuspenseCredits().balance}`;
}

/** The same page, rendered on the server and in the browser. */
function openSuspensePage(safelight: Server, state?: DehydratedState) {
  const { client, wrapper: Page, queryClient } = openPageOf(safelight);
  const page = (
    <Page>
      <HydrationBoundary state={state}>
        <Suspense fallback="waiting">
          <Studio suspense={createSafelightSuspenseHooks(client)} />
        </Suspense>
      </HydrationBoundary>
    </Page>
  );
  return { page, client, queryClient };
}

/** Renders as a server does: without a window, and as a stream. */
async function toHtml({ page }: ReturnType<typeof openSuspensePage>) {
  const errors: unknown[] = [];
  vi.stubGlobal("window", undefined);
  try {
    const stream = await renderToReadableStream(page, { onError: (error) => void errors.push(error) });
    return { html: await new Response(stream).text(), errors };
  } finally {
    vi.unstubAllGlobals();
  }
}

async function hydrateWith(html: string, { page }: ReturnType<typeof openSuspensePage>) {
  const container = document.body.appendChild(document.createElement("div"));
  container.innerHTML = html;
  const onRecoverableError = vi.fn();
  await act(async () => void render(page, { container, hydrate: true, onRecoverableError }));
  return { container, onRecoverableError };
}

describe("the suspense hooks on a server", () => {
  // React warns of two renderers on one context: here, a server and a browser.
  beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));
  afterEach(() => void vi.restoreAllMocks());

  it("render prefetched data, which the browser hydrates without a fallback or a request", async () => {
    const safelight = open();
    const { queryClient, client } = openSuspensePage(safelight);
    const api = { active: () => client.active(), list: () => client.list(), credits: () => client.credits() };
    await prefetchActive(queryClient, api, { headers });
    await prefetchHistory(queryClient, api, { headers });
    await prefetchCredits(queryClient, api, { headers });
    const before = safelight.requests.length;
    const state = dehydrate(queryClient);
    const { html, errors } = await toHtml(openSuspensePage(safelight, state));
    expect(errors).toEqual([]);
    expect(html).toContain("1 1 96");
    const { container, onRecoverableError } = await hydrateWith(html, openSuspensePage(safelight, state));
    expect(container.textContent).toBe("1 1 96");
    expect(onRecoverableError).not.toHaveBeenCalled();
    await waitFor(() => expect(safelight.held).toBe(1));
    expect(safelight.requests.slice(before).filter(({ path }) => !path.startsWith("/events"))).toEqual([]);
  });

  it("send no request there: data that was not prefetched is a fallback, and the browser fetches it once", async () => {
    const safelight = open();
    const { html, errors } = await toHtml(openSuspensePage(safelight));
    expect(html).toContain("waiting");
    expect(errors).toMatchObject([{ code: "network" }]);
    expect(safelight.requests).toEqual([]);
    const { container } = await hydrateWith(html, openSuspensePage(safelight));
    await waitFor(() => expect(container.textContent).toBe("1 1 96"));
    await waitFor(() => expect(safelight.held).toBe(1));
    const requested = safelight.requests.map(({ path }) => path).filter((path) => !path.startsWith("/events"));
    expect(requested).toEqual(["/active", "/", "/credits"]);
  });
});
