import { createMockServer, type MockServer } from "@safelight/client/msw";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import "../../test/set-up.js";
import { GenerationGrid } from "./generation-grid";

let server: MockServer<"photo">;
const observers = new Set<Observer>();
let isVisible = false;

/** Reports, as browsers do, the first state of an observed element, and then each change. */
class Observer {
  readonly report: () => void;
  constructor(callback: (entries: readonly { readonly isIntersecting: boolean }[]) => void) {
    this.report = () => callback([{ isIntersecting: isVisible }]);
  }
  observe() {
    observers.add(this);
    this.report();
  }
  disconnect() {
    observers.delete(this);
  }
}

function scroll({ isAtEnd }: { readonly isAtEnd: boolean }) {
  isVisible = isAtEnd;
  act(() => {
    for (const { report } of [...observers]) report();
  });
}

beforeEach(() => {
  server = createMockServer({
    credits: 100,
    streams: false,
    models: { photo: { credits: 0 } },
    limits: { maxActive: 100 },
  });
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => server.fetch(new Request(url, init)));
  vi.stubGlobal("IntersectionObserver", Observer);
  // jsdom reports each placeholder that it cannot draw.
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  isVisible = false;
  for (let index = 0; index < 50; index += 1) server.complete(server.queue("photo", { prompt: `image ${index}` }).id);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <GenerationGrid />
    </QueryClientProvider>,
  );
});
afterEach(() => {
  cleanup();
  server.offline();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const rows = (count: number) => waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(count));
const pageRequests = () => server.requestsTo("GET /").filter(({ path }) => path.includes("cursor=")).length;

it("loads page after page while the end of the list is visible", async () => {
  await rows(20);
  scroll({ isAtEnd: true });
  await rows(50);
  expect(pageRequests()).toBe(2);
});

it("leaves a page that cannot be loaded to the buttons, or to the next scroll", async () => {
  await rows(20);
  for (let tries = 0; tries < 3; tries += 1) server.refuseNext("GET /", "forbidden");
  scroll({ isAtEnd: true });
  await screen.findByText(/^The next page cannot be loaded\./);
  const button = screen.getByRole("button", { name: "Load more" });
  await act(async () => {});
  expect([button.getAttribute("aria-disabled"), pageRequests()]).toEqual(["false", 1]);
  fireEvent.click(button);
  await waitFor(() => expect([button.getAttribute("aria-disabled"), pageRequests()]).toEqual(["false", 2]));
  scroll({ isAtEnd: false });
  scroll({ isAtEnd: true });
  await waitFor(() => expect([button.getAttribute("aria-disabled"), pageRequests()]).toEqual(["false", 3]));
  scroll({ isAtEnd: false });
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await rows(40);
  expect(pageRequests()).toBe(4);
});
