import type { UploadedInput } from "@safelight/client/contract";
import { createMockServer, type MockServer } from "@safelight/client/msw";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { type ReactNode, useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import "../test/set-up.js";
import { Studio } from "./all/studio";
import { GenerationToasts } from "./generation-toasts/generation-toasts";
import { PromptBox } from "./prompt-box/prompt-box";
import { UploadField } from "./upload-field/upload-field";

let server: MockServer<"photo">;
let queryClient: QueryClient;

function show(element: ReactNode) {
  return render(<QueryClientProvider client={queryClient}>{element}</QueryClientProvider>);
}

const models = [{ id: "photo", label: "Photo" }] as const;
const prompt = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Prompt" });
const upload = () => screen.getByRole("group", { name: "Image" });
const drop = () =>
  fireEvent.drop(upload(), {
    dataTransfer: { files: [new File([Uint8Array.of(0xff, 0xd8, 0xff)], "a.jpg", { type: "image/jpeg" })] },
  });
const isReady = () => waitFor(() => expect(upload().dataset.status).toBe("ready"));

/** A page without another block. */
function Form() {
  const [image, setImage] = useState<UploadedInput | null>(null);
  return <UploadField value={image} onChange={setImage} />;
}

beforeEach(() => {
  server = createMockServer({ credits: 20, streams: false, models: { photo: { credits: 4 } } });
  server.signIn("ann");
  queryClient = new QueryClient();
  vi.stubGlobal("XMLHttpRequest", undefined);
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => server.fetch(new Request(url, init)));
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:a", revokeObjectURL: () => {} }));
  sessionStorage.clear();
});
afterEach(() => {
  cleanup();
  server.offline();
  vi.unstubAllGlobals();
});

describe("when another user signs in, in another tab", () => {
  it("Studio submits without the image of the previous user, and closes their toasts", async () => {
    server.fail(server.queue("photo", { prompt: "of ann" }).id);
    show(<Studio models={models} imageField="reference" />);
    drop();
    await isReady();
    await screen.findByText("Your image failed");
    fireEvent.mouseEnter(screen.getByRole("region", { name: "Notifications" }));
    server.signIn("bob");
    await waitFor(() => expect(upload().dataset.status).toBe("idle"));
    expect(screen.queryByText("Your image failed")).toBeNull();
    fireEvent.change(prompt(), { target: { value: "a cat" } });
    fireEvent.keyDown(prompt(), { key: "Enter", ctrlKey: true });
    await waitFor(() => expect(server.requestsTo("POST /")).toHaveLength(1));
    expect(JSON.parse(String(server.requestsTo("POST /")[0]?.body)).input).toEqual({ prompt: "a cat" });
  });

  it("UploadField drops the file of the previous user, and stops an upload", async () => {
    show(<Form />);
    drop();
    await isReady();
    server.signIn("bob");
    await waitFor(() => expect(upload().dataset.status).toBe("idle"));
    const release = server.stallNext("POST /inputs");
    drop();
    await waitFor(() => expect(upload().dataset.status).toBe("uploading"));
    server.signIn("cleo");
    await waitFor(() => expect(upload().dataset.status).toBe("idle"));
    release();
  });

  it("GenerationToasts closes the toasts of the previous user", async () => {
    server.fail(server.queue("photo", { prompt: "of ann" }).id);
    show(<GenerationToasts durationMs={600_000} />);
    await screen.findByText("of ann");
    server.signIn("bob");
    await waitFor(() => expect(screen.queryByText("of ann")).toBeNull());
  });

  it("PromptBox does not show the draft that was passed for the previous user", async () => {
    show(<PromptBox draft={{ text: "of ann" }} models={models} />);
    await waitFor(() => expect(sessionStorage.getItem("safelight-draft")).toContain("of ann"));
    server.signIn("bob");
    await waitFor(() => expect(sessionStorage.getItem("safelight-draft")).toBeNull());
    expect(prompt().value).toBe("");
  });
});

it("UploadField drops its file when the host clears the cache", async () => {
  show(<Form />);
  drop();
  await isReady();
  await waitFor(() => expect(server.held).toBe(1));
  const release = server.stallNext("GET /active", "response");
  act(() => queryClient.clear());
  await waitFor(() => expect(upload().dataset.status).toBe("idle"));
  release();
});

it("keeps the state of a page before the first response, which identifies its user", async () => {
  const release = server.stallNext("GET /active", "response");
  show(<Studio models={models} imageField="reference" />);
  drop();
  await isReady();
  fireEvent.change(prompt(), { target: { value: "a cat" } });
  release();
  await waitFor(() => expect(sessionStorage.getItem("safelight-draft")).toContain('"owner":"'));
  expect([upload().dataset.status, prompt().value]).toEqual(["ready", "a cat"]);
});
