import { createMockServer, type MockServer } from "@safelight/client/msw";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import "../../test/set-up.js";
import { PromptBox } from "./prompt-box";

let server: MockServer<"photo" | "film">;

beforeEach(() => {
  const models = { photo: { credits: 4 }, film: { credits: 30, kind: "video" } } as const;
  server = createMockServer({ credits: 100, streams: false, models });
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => server.fetch(new Request(url, init)));
  sessionStorage.clear();
  const choice = [
    { id: "photo", label: "Photo" },
    { id: "film", label: "Film" },
  ] as const;
  render(
    <QueryClientProvider client={new QueryClient()}>
      <PromptBox models={choice} />
    </QueryClientProvider>,
  );
  write("a lamp");
});
afterEach(() => {
  cleanup();
  server.offline();
  vi.unstubAllGlobals();
});

const write = (value: string) =>
  fireEvent.change(screen.getByRole("textbox", { name: "Prompt" }), { target: { value } });
const button = () => screen.getByRole("button", { name: /Generate/ });
const submits = () => server.requestsTo("POST /").map(({ body }) => JSON.parse(String(body)));

it("shows no price of another model while the quote of the chosen one loads", async () => {
  await waitFor(() => expect(button().textContent).toBe("Generate4 credits"));
  const release = server.stallNext("POST /quote");
  fireEvent.click(screen.getByRole("radio", { name: /Film/ }));
  expect(button().textContent).toBe("Generate");
  fireEvent.click(button());
  await waitFor(() => expect(submits()).toEqual([{ model: "film", input: { prompt: "a lamp" } }]));
  release();
});

it("sends the price that it shows while the quote of another prompt loads", async () => {
  await waitFor(() => expect(button().textContent).toBe("Generate4 credits"));
  const release = server.stallNext("POST /quote");
  server.refuseNext("POST /", "price_changed", { credits: 5 });
  write("two lamps");
  expect(button().textContent).toBe("Generate4 credits");
  fireEvent.click(button());
  await screen.findByText("The price is now 5 credits. Check it and try again.");
  expect(submits()).toEqual([{ model: "photo", input: { prompt: "two lamps" }, expectedCredits: 4 }]);
  expect(button().textContent).toBe("Generate5 credits");
  release();
});
