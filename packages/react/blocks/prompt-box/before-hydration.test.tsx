import { createMockServer, type MockServer } from "@safelight/client/msw";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import "../../test/set-up.js";
import { PromptBox } from "./prompt-box";

let server: MockServer<"photo" | "film">;
let container: HTMLElement;

const models = [
  { id: "photo", label: "Photo" },
  { id: "film", label: "Film" },
] as const;
const page = () => (
  <QueryClientProvider client={new QueryClient()}>
    <PromptBox models={models} />
  </QueryClientProvider>
);

beforeEach(() => {
  server = createMockServer({ credits: 100, streams: false, models: { photo: { credits: 4 }, film: { credits: 30 } } });
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => server.fetch(new Request(url, init)));
  sessionStorage.clear();
  container = document.body.appendChild(document.createElement("div"));
  container.innerHTML = renderToString(page());
  // The script by which React keeps a submit. A script in `innerHTML` does not run.
  for (const { textContent } of container.querySelectorAll("script")) {
    document.head.appendChild(document.createElement("script")).textContent = textContent;
  }
});
afterEach(() => {
  cleanup();
  container.remove();
  server.offline();
  vi.unstubAllGlobals();
});

const hydrate = () => render(page(), { container, hydrate: true });
const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Prompt" });
const film = () => screen.getByRole<HTMLInputElement>("radio", { name: "Film" });
const submits = () => server.requestsTo("POST /").map(({ body }) => JSON.parse(String(body)));

it("sends a submit before hydration once, with its prompt and its model", async () => {
  field().value = "a lamp";
  film().click();
  screen.getByRole("button", { name: "Generate" }).click();
  hydrate();
  await waitFor(() => expect(field().value).toBe(""));
  expect(submits()).toMatchObject([{ model: "film", input: { prompt: "a lamp" } }]);
  expect(film().checked).toBe(true);
});

it("keeps a prompt that was typed before hydration", async () => {
  field().value = "a lamp";
  film().click();
  hydrate();
  await screen.findByRole("button", { name: /Generate\s*30 credits/ });
  expect(field().value).toBe("a lamp");
  fireEvent.keyDown(field(), { key: "Enter", ctrlKey: true });
  await waitFor(() => expect(submits()).toMatchObject([{ model: "film", input: { prompt: "a lamp" } }]));
});
