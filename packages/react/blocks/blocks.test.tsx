import { createMockServer, type MockServer } from "@safelight/client/msw";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import "../test/set-up.js";
import { CreditsBadge } from "./credits-badge/credits-badge";
import { GenerationCard } from "./generation-card/generation-card";
import { GenerationGrid } from "./generation-grid/generation-grid";
import { GenerationToasts } from "./generation-toasts/generation-toasts";
import { UndoBar } from "./generation-view/undo-bar";
import { sendWaitingDeletes, useUndoableDelete } from "./generation-view/use-undoable-delete";
import { ViewContent } from "./generation-view/view-content";
import { PromptBox } from "./prompt-box/prompt-box";
import { UploadField } from "./upload-field/upload-field";

let server: MockServer<"photo" | "film" | "song">;

/** Renders a block. Its client uses the global `fetch`, which the mock server replaces. */
function show(element: ReactNode) {
  const queryClient = new QueryClient();
  return render(element, {
    wrapper: ({ children }) => <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>,
  });
}

beforeEach(() => {
  server = createMockServer({
    credits: 20,
    streams: false,
    models: { photo: { credits: 4 }, film: { credits: 30, kind: "video" }, song: { credits: 0, kind: "audio" } },
  });
  // The mock server replaces `fetch` only.
  vi.stubGlobal("XMLHttpRequest", undefined);
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => server.fetch(new Request(url, init)));
  sessionStorage.clear();
});
afterEach(() => {
  cleanup();
  server.offline();
  vi.unstubAllGlobals();
});

const models = [
  { id: "photo", label: "Photo" },
  { id: "film", label: "Film" },
] as const;
const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Prompt" });
const type = (value: string) => fireEvent.change(field(), { target: { value } });
const bodies = () => server.requestsTo("POST /").map(({ body }) => JSON.parse(String(body)));

describe("PromptBox", () => {
  it("submits with Ctrl+Enter at the price of its button, and clears the accepted text", async () => {
    show(<PromptBox models={models} />);
    type("a lamp");
    await screen.findByRole("button", { name: /Generate\s*4 credits/ });
    fireEvent.keyDown(field(), { key: "Enter" });
    fireEvent.keyDown(field(), { key: "Enter", ctrlKey: true });
    await waitFor(() => expect(field().value).toBe(""));
    expect(bodies()).toMatchObject([{ model: "photo", input: { prompt: "a lamp" }, expectedCredits: 4 }]);
  });

  it("keeps the text of a refused submit, and describes the field with the reason", async () => {
    server.refuseNext("POST /", "content_blocked");
    show(<PromptBox models={models} />);
    type("a lamp");
    fireEvent.keyDown(field(), { key: "Enter", metaKey: true });
    const reason = await screen.findByText(/not allowed/);
    expect(field().value).toBe("a lamp");
    expect(field().getAttribute("aria-describedby")).toBe(reason.id);
    expect(field().getAttribute("aria-invalid")).toBe("true");
  });

  it("waits for an upload: a submit shows the reason and sends nothing", async () => {
    const reason = "The image is still uploading.";
    const { rerender } = show(<PromptBox models={models} waitReason={reason} />);
    type("a lamp");
    expect(screen.queryByText(reason)).toBeNull();
    fireEvent.keyDown(field(), { key: "Enter", ctrlKey: true });
    await screen.findByText(reason);
    expect(screen.getByRole("button", { name: /Generate/ }).getAttribute("aria-disabled")).toBe("true");
    expect(bodies()).toEqual([]);
    rerender(<PromptBox models={models} />);
    expect(screen.queryByText(reason)).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: /Generate/ }));
    await waitFor(() => expect(bodies()).toMatchObject([{ input: { prompt: "a lamp" } }]));
  });

  it("keeps its draft over a reload", async () => {
    show(<PromptBox models={models} />);
    type("a lamp");
    cleanup();
    show(<PromptBox models={models} />);
    await waitFor(() => expect(field().value).toBe("a lamp"));
  });

  it("sends no request for an empty text, or for a price above the balance", async () => {
    show(<PromptBox models={models} buyCreditsHref="/buy" />);
    fireEvent.click(screen.getByRole("button", { name: "Generate" }));
    await screen.findByText("Write a prompt first.");
    fireEvent.click(within(screen.getByRole("radiogroup")).getByRole("radio", { name: "Film" }));
    type("a film");
    await screen.findByText("This costs 30 credits, and you have 20.");
    expect(screen.getByRole("link", { name: "Buy credits" })).toHaveProperty("pathname", "/buy");
    fireEvent.keyDown(field(), { key: "Enter", ctrlKey: true });
    expect(screen.queryByText("Sending…")).toBeNull();
    expect(bodies()).toEqual([]);
  });
});

describe("GenerationCard", () => {
  it.each([
    ["film", "video"],
    ["song", "audio"],
    ["photo", "img"],
  ] as const)("shows an output of %s with <%s>", (model, tag) => {
    server.grantCredits(30);
    const { container } = show(
      <GenerationCard generation={server.complete(server.queue(model, { prompt: "a" }).id)} />,
    );
    const media = container.querySelector(tag);
    expect(media?.getAttribute("src")).toMatch(/\/outputs\/0/);
    if (tag !== "img")
      expect([media?.hasAttribute("controls"), media?.getAttribute("preload")]).toEqual([true, "metadata"]);
    screen.getByText("AI-generated");
  });

  it("shows a text for the code of the failure, and the refund", () => {
    show(<GenerationCard generation={server.fail(server.queue("photo", { prompt: "a" }).id, "content_rejected")} />);
    screen.getByText("The safety filter refused it. Change the prompt. 4 credits refunded.");
    expect(screen.getByRole("article").getAttribute("aria-busy")).toBe("false");
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("cuts the prompt at a space for the text alternative", () => {
    const prompt = "word ".repeat(60).trim();
    show(<GenerationCard generation={server.complete(server.queue("photo", { prompt }).id)} />);
    expect(screen.getByRole("img").getAttribute("alt")).toMatch(/^(word ){23}word…$/);
  });
});

describe("ViewContent", () => {
  it("does not call the output of an algorithm without training AI-generated", () => {
    const generation = server.complete(server.queue("photo", { prompt: "a lamp" }).id);
    if (generation.status !== "completed") throw new Error("The generation is not completed.");
    const [output] = generation.outputs;
    const provenance = { digitalSourceType: "algorithmicMedia", c2pa: false, marked: true } as const;
    show(<ViewContent generation={generation} output={{ ...output, provenance }} onChoose={() => {}} />);
    screen.getByText(/ · Generated ·/);
    expect(screen.queryByText(/AI-generated/)).toBeNull();
  });
});

describe("GenerationGrid", () => {
  it("passes the icons of the origin to its cards", async () => {
    server.complete(server.queue("photo", { prompt: "a" }).id);
    const { container } = show(<GenerationGrid originIcons={{ generated: "/made.svg", modified: "/edited.svg" }} />);
    await waitFor(() => expect(container.querySelector('img[src="/made.svg"]')).not.toBeNull());
  });

  it("moves the focus of a removed row to the row in its place", async () => {
    const [, second] = ["first", "second", "third"].map((prompt) => server.queue("photo", { prompt }).id);
    const client = new QueryClient();
    const page = (hiddenIds: ReadonlySet<string>) => (
      <QueryClientProvider client={client}>
        <GenerationGrid hiddenIds={hiddenIds} onOpen={() => {}} />
      </QueryClientProvider>
    );
    const { rerender } = render(page(new Set()));
    (await screen.findByRole("button", { name: "second" })).focus();
    rerender(page(new Set([second ?? ""])));
    expect(document.activeElement?.textContent).toBe("first");
  });
});

function DeletePage({ ids }: { readonly ids: readonly string[] }) {
  const deletion = useUndoableDelete();
  return (
    <>
      {ids.map((id) => (
        <button key={id} type="button" onClick={() => deletion.remove(id)}>
          {deletion.hiddenIds.has(id) ? "hidden" : id}
        </button>
      ))}
      <UndoBar {...deletion} />
    </>
  );
}

describe("useUndoableDelete", () => {
  const sent = () => server.requestsTo("DELETE /:id").map(({ path }) => path.slice(1));

  it("sends a delete only after another delete or an unmount ends the time to undo", async () => {
    const ids = ["first", "second"].map((prompt) => server.complete(server.queue("photo", { prompt }).id).id);
    const [first = "", second = ""] = ids;
    show(<DeletePage ids={ids} />);
    fireEvent.click(screen.getByText(first));
    fireEvent.click(screen.getByRole("button", { name: "Undo" }));
    screen.getByText(first);
    fireEvent.click(screen.getByText(first));
    expect(sent()).toEqual([]);
    fireEvent.click(screen.getByText(second));
    await waitFor(() => expect(sent()).toEqual([first]));
    cleanup();
    await waitFor(() => expect(sent()).toEqual([first, second]));
  });

  it("shows the generation again if the delete fails", async () => {
    const { id } = server.complete(server.queue("photo", { prompt: "first" }).id);
    server.refuseNext("DELETE /:id", "rate_limited");
    show(<DeletePage ids={[id]} />);
    fireEvent.click(screen.getByText(id));
    act(() => void dispatchEvent(new Event("pagehide")));
    await screen.findByText(/Not deleted\. Too many requests/);
    screen.getByText(id);
  });

  it("sends a waiting delete before a sign-out, and resolves with whether it succeeded", async () => {
    const { id } = server.complete(server.queue("photo", { prompt: "first" }).id);
    server.refuseNext("DELETE /:id", "rate_limited");
    show(<DeletePage ids={[id]} />);
    fireEvent.click(screen.getByText(id));
    // A second click joins the delete in flight.
    const both = await act(() => Promise.all([sendWaitingDeletes(), sendWaitingDeletes()]));
    expect(both).toEqual([false, false]);
    screen.getByText(/Not deleted\. Too many requests/);
    fireEvent.click(screen.getByText(id));
    expect(await act(sendWaitingDeletes)).toBe(true);
    expect(sent()).toEqual([id, id]);
    expect(await sendWaitingDeletes()).toBe(true);
  });
});

describe("GenerationToasts", () => {
  it("shows a finished generation with its refund, and closes it with Escape", async () => {
    server.fail(server.queue("photo", { prompt: "a lamp" }).id);
    show(<GenerationToasts />);
    await screen.findByText("Your image failed");
    screen.getByText("The provider could not finish it. 4 credits refunded.");
    expect(screen.getByRole("link", { name: "View history" }).getAttribute("href")).toBe("#generations");
    fireEvent.keyDown(document.body, { key: "Escape" });
    expect(screen.queryByText("Your image failed")).toBeNull();
  });
});

describe("CreditsBadge", () => {
  it("shows nothing if the host does not bill", async () => {
    server = createMockServer({ credits: false, streams: false, models: { photo: {}, film: {}, song: {} } });
    const { container } = show(<CreditsBadge />);
    await waitFor(() => expect(container.querySelector("[data-slot=credits-badge]")).toBeNull());
  });
});

describe("UploadField", () => {
  it.each([
    ["payload_too_large", /too large/],
    ["unsupported_media_type", /not an image that can be used/],
    ["invalid_input", /too many pixels/],
  ] as const)("names the problem of an upload refused with %s", async (code, text) => {
    vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:a", revokeObjectURL: () => {} }));
    server.refuseNext("POST /inputs", code);
    show(<UploadField value={null} onChange={() => {}} />);
    const file = new File(["a"], "a.png", { type: "image/png" });
    fireEvent.drop(screen.getByRole("group"), { dataTransfer: { files: [file] } });
    await screen.findByText(text);
  });

  it("refuses a file that is not an image, and uploads nothing", async () => {
    show(<UploadField value={null} onChange={() => {}} />);
    const file = new File(["a"], "a.txt", { type: "text/plain" });
    fireEvent.paste(screen.getByRole("group"), { clipboardData: { files: [file] } });
    await screen.findByText(/This is not an image/);
    expect(server.requestsTo("POST /inputs")).toEqual([]);
  });

  it("uploads a video for a field of videos, shows its first frame, and refuses an image", async () => {
    vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:a", revokeObjectURL: () => {} }));
    const onChange = vi.fn();
    const { container, rerender } = show(
      <UploadField kinds={["video"]} label="Clip" value={null} onChange={onChange} />,
    );
    expect(container.querySelector("input")?.accept).toBe("video/*");
    const drop = (file: File) => fireEvent.drop(screen.getByRole("group"), { dataTransfer: { files: [file] } });
    drop(new File(["a"], "a.png", { type: "image/png" }));
    await screen.findByText("This is not a video. Choose an MP4 or WebM.");
    const bytes = Uint8Array.from([0, 0, 0, 8, ...new TextEncoder().encode("ftypisom")]);
    drop(new File([bytes], "a.mp4", { type: "video/mp4" }));
    await waitFor(() => expect(onChange).toHaveBeenCalledTimes(1));
    const [uploaded] = onChange.mock.calls[0] ?? [];
    expect(uploaded).toMatchObject({ kind: "video", contentType: "video/mp4" });
    rerender(
      <QueryClientProvider client={new QueryClient()}>
        <UploadField kinds={["video"]} label="Clip" value={uploaded} onChange={onChange} />
      </QueryClientProvider>,
    );
    expect(screen.getByLabelText("Clip", { selector: "video" }).getAttribute("src")).toBe(uploaded.url);
  });
});
