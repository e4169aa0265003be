import { createMockServer, type MockServer } from "@safelight/client/msw";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import "../test/set-up.js";
import { GenerationCard } from "./generation-card/generation-card";
import { ViewActions } from "./generation-view/view-actions";
import { PromptBox } from "./prompt-box/prompt-box";

let server: MockServer<"photo">;

function show(element: ReactNode) {
  return render(<QueryClientProvider client={new QueryClient()}>{element}</QueryClientProvider>);
}

beforeEach(() => {
  server = createMockServer({ credits: 20, streams: false, models: { photo: { credits: 4 } } });
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => server.fetch(new Request(url, init)));
  sessionStorage.clear();
});
afterEach(() => {
  cleanup();
  server.offline();
  vi.unstubAllGlobals();
});

function failed() {
  const { id } = server.queue("photo", { prompt: "a lamp" });
  server.fail(id, "provider_failed");
  return server.get(id);
}

const viewActions = (onRetried: (id: string) => void = () => {}) => (
  <ViewActions generation={failed()} output={null} onRetried={onRetried} onVary={undefined} onDelete={undefined} />
);
const button = () => screen.getByRole("button", { name: /Try again/ });
const press = async () => {
  fireEvent.click(button());
  await waitFor(() => expect(button().getAttribute("aria-disabled")).toBe("false"), { timeout: 15_000 });
};

describe.each([
  ["GenerationCard", () => <GenerationCard generation={failed()} />],
  ["GenerationView", viewActions],
])("%s", (_, element) => {
  it("charges a retry once, also if its responses are lost and the block closes before the next press", async () => {
    const shown = element();
    const balance = server.balance;
    for (let tries = 0; tries < 3; tries += 1) server.loseNext("POST /:id/retry", "response");
    const { unmount } = show(shown);
    await press();
    expect(screen.getByText(/you are not charged twice/)).toBeTruthy();
    unmount();
    show(shown);
    const afterSecond: (() => void)[] = [];
    const start = setTimeout;
    vi.stubGlobal("setTimeout", (run: () => void, ms: number) =>
      ms === 1_000 ? afterSecond.push(run) : start(run, ms),
    );
    await press();
    // A double click whose second click comes after the response.
    await press();
    expect(server.active().generations).toHaveLength(1);
    expect(balance - server.balance).toBe(4);
    for (const run of afterSecond) run();
    await press();
    expect(server.active().generations).toHaveLength(2);
  });

  it("retries at the price of its button, and then at the new price that the server reports", async () => {
    server.refuseNext("POST /:id/retry", "price_changed", { credits: 5 });
    show(element());
    await press();
    expect(screen.getByText("The price is now 5 credits. Check it and try again.")).toBeTruthy();
    expect(button().textContent).toBe("Try again · 5 credits");
    await press();
    const prices = server.requestsTo("POST /:id/retry").map(({ body }) => JSON.parse(String(body)).expectedCredits);
    expect(prices).toEqual([4, 5]);
  });
});

it("does not show the draft of one user to the next user who signs in in the same tab", async () => {
  const models = [{ id: "photo", label: "Photo" }] as const;
  const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Prompt" });
  const queryClient = new QueryClient();
  const page = () => (
    <QueryClientProvider client={queryClient}>
      <PromptBox models={models} />
    </QueryClientProvider>
  );
  const { unmount } = render(page());
  fireEvent.change(field(), { target: { value: "a plan" } });
  await waitFor(() => expect(sessionStorage.getItem("safelight-draft")).toContain("a plan"));
  await waitFor(() => expect(server.requestsTo("GET /active").length).toBeGreaterThan(0));
  server.signOut();
  server.signIn("bob");
  await queryClient.invalidateQueries();
  await waitFor(() => expect(field().value).toBe(""));
  unmount();
  render(page());
  await waitFor(() => expect(sessionStorage.getItem("safelight-draft")).toBeNull());
  expect(field().value).toBe("");
});
