import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import "../test/set-up.js";
import { UploadField } from "./upload-field/upload-field";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** An `XMLHttpRequest` whose events a test emits. */
class ScriptedRequest {
  readonly upload: {
    onprogress?: (event: {
      readonly lengthComputable: boolean;
      readonly loaded: number;
      readonly total: number;
    }) => void;
  } = {};
  isAborted = false;
  open() {}
  setRequestHeader() {}
  send() {}
  abort() {
    this.isAborted = true;
  }
}

describe("UploadField", () => {
  it("shows the sent share of an upload, and stops it", async () => {
    vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:a", revokeObjectURL: () => {} }));
    vi.stubGlobal("fetch", () => new Promise(() => {}));
    const requests: ScriptedRequest[] = [];
    vi.stubGlobal(
      "XMLHttpRequest",
      class extends ScriptedRequest {
        override send = () => void requests.push(this);
      },
    );
    const [onChange, onUploading] = [vi.fn(), vi.fn()];
    render(
      <QueryClientProvider client={new QueryClient()}>
        <UploadField value={null} onChange={onChange} onUploading={onUploading} />
      </QueryClientProvider>,
    );
    const file = new File(["a"], "a.png", { type: "image/png" });
    fireEvent.drop(screen.getByRole("group"), { dataTransfer: { files: [file] } });
    const progress = await screen.findByRole("progressbar", { name: "Upload of Image" });
    expect(progress.hasAttribute("aria-valuenow")).toBe(false);
    expect(onUploading.mock.calls).toEqual([[true]]);
    await waitFor(() => expect(requests).toHaveLength(1));
    const sent = (loaded: number) =>
      act(() => requests[0]?.upload.onprogress?.({ lengthComputable: true, loaded, total: 200 }));
    sent(85);
    expect(progress.getAttribute("aria-valuenow")).toBe("42");
    sent(200);
    expect(progress.getAttribute("aria-valuetext")).toBe("Sent, being checked");
    fireEvent.click(screen.getByRole("button", { name: "Stop the upload of Image" }));
    expect(requests[0]?.isAborted).toBe(true);
    expect([screen.queryByRole("progressbar"), screen.queryByRole("alert")?.textContent]).toEqual([null, ""]);
    expect(onUploading.mock.calls).toEqual([[true], [false]]);
    expect([document.activeElement, onChange.mock.lastCall]).toEqual([screen.getByRole("group"), [null]]);
  });
});
