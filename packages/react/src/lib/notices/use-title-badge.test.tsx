import { renderHook } from "@testing-library/react";
import { useEffect } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pass } from "../../../test/pass.js";
import { openPage } from "../../../test/set-up.js";
import { testServer } from "../../../test/test-server.js";
import type { UseTitleBadgeOptions } from "./use-title-badge.js";

let server = testServer();

function openTab(options?: UseTitleBadgeOptions<"flux" | "other">) {
  const page = openPage(server);
  return { ...page, ...renderHook(() => page.hooks.useTitleBadge(options), { wrapper: page.wrapper }) };
}

describe("useTitleBadge", { timeout: 30_000 }, () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    server = testServer();
    document.title = "Studio";
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it("shows an active generation, then the number of unseen ones, and finally the page's own title", async () => {
    const { unmount } = openTab();
    await pass(1_000);
    expect(document.title).toBe("Studio");
    const [first, second] = [server.submit().id, server.submit().id];
    await pass(1_000);
    expect(document.title).toBe("… Studio");
    server.complete(first);
    await pass(1_000);
    expect(document.title).toBe("(1) Studio");
    server.fail(second);
    await pass(1_000);
    expect(document.title).toBe("(2) Studio");
    server.markSeen(first);
    await pass(1_000);
    expect(document.title).toBe("(1) Studio");
    unmount();
    expect(document.title).toBe("Studio");
  });

  it("keeps up with changes of the page's own title", async () => {
    server.complete(server.submit().id);
    const { unmount } = openTab();
    await pass(1_000);
    document.title = "History";
    await pass(1_000);
    expect(document.title).toBe("(1) History");
    // As a framework sets a title for each page.
    const title = document.createElement("title");
    title.textContent = "Credits";
    document.head.querySelector("title")?.replaceWith(title);
    await pass(1_000);
    expect(document.title).toBe("(1) Credits");
    unmount();
    expect(document.title).toBe("Credits");
    document.title = "Studio";
    await pass(1_000);
    expect(document.title).toBe("Studio");
  });

  it("decorates the title once with two components on a page", async () => {
    server.complete(server.submit().id);
    const observe = vi.spyOn(MutationObserver.prototype, "observe");
    const disconnect = vi.spyOn(MutationObserver.prototype, "disconnect");
    const [first, second] = [openTab(), openTab({ title: (title, { unseenCount }) => `${title} [${unseenCount}]` })];
    await pass(1_000);
    expect(document.title).toBe("(1) Studio");
    first.unmount();
    expect(document.title).toBe("Studio [1]");
    second.unmount();
    expect(document.title).toBe("Studio");
    expect(observe).toHaveBeenCalled();
    expect(disconnect).toHaveBeenCalledTimes(observe.mock.calls.length);
  });

  it("uses the host's function, also when it changes or returns repeated spaces", async () => {
    server.submit();
    const page = openPage(server);
    const { rerender, unmount } = renderHook(
      ({ mark }) => page.hooks.useTitleBadge({ title: (title, { count }) => `${mark}  ${count}  ${title}` }),
      { wrapper: page.wrapper, initialProps: { mark: "*" } },
    );
    await pass(1_000);
    expect(document.title).toBe("* 1 Studio");
    rerender({ mark: "+" });
    await pass(1_000);
    expect(document.title).toBe("+ 1 Studio");
    unmount();
    expect(document.title).toBe("Studio");
  });

  it("accepts other code that decorates the title, too", async () => {
    server.complete(server.submit().id);
    let changes = 0;
    const other = new MutationObserver(() => {
      changes += 1;
      if (changes < 50 && !document.title.startsWith("*")) document.title = `* ${document.title}`;
    });
    other.observe(document.head, { childList: true, subtree: true });
    const { unmount } = openTab();
    await pass(1_000);
    other.disconnect();
    expect(document.title).toBe("* (1) Studio");
    expect(changes).toBeLessThan(50);
    server.complete(server.submit().id);
    await pass(1_000);
    expect(document.title).toBe("* (2) Studio");
    for (const { id } of server.active().unseen) server.markSeen(id);
    await pass(1_000);
    expect(document.title).toBe("* Studio");
    unmount();
    expect(document.title).toBe("* Studio");
  });

  it("removes its part of a title that other code has wrapped when it unmounts", async () => {
    server.complete(server.submit().id);
    const { unmount } = openTab({ title: (title, { unseenCount }) => `${title} $& ${unseenCount}` });
    await pass(1_000);
    document.title = `Chat | ${document.title}`;
    await pass(1_000);
    expect(document.title).toBe("Chat | Studio $& 1");
    unmount();
    expect(document.title).toBe("Chat | Studio");
  });

  it("accepts an empty title, and keeps the page's own", async () => {
    server.submit();
    const { unmount } = openTab({ title: (title, { count }) => (count > 0 ? "" : title) });
    await pass(1_000);
    expect(document.title).toBe("");
    document.title = "History";
    await pass(1_000);
    expect(document.title).toBe("");
    unmount();
    expect(document.title).toBe("History");
  });

  it("keeps the page's title when the host's function throws, and reports the error", async () => {
    const report = vi.fn();
    vi.stubGlobal("reportError", report);
    server.complete(server.submit().id);
    const { unmount } = openTab({
      title: () => {
        throw new Error("the host's mistake");
      },
    });
    await pass(1_000);
    document.title = "History";
    await pass(1_000);
    expect(document.title).toBe("History");
    expect(report).toHaveBeenLastCalledWith(new Error("the host's mistake"));
    unmount();
  });

  it("counts only generations that pass its filter", async () => {
    server.complete(server.submit("other").id);
    openTab({ model: "flux" });
    await pass(1_000);
    expect(document.title).toBe("Studio");
    server.complete(server.submit("flux").id);
    await pass(1_000);
    expect(document.title).toBe("(1) Studio");
  });

  it("does not mistake its own title for the page's when the page sets one during render", async () => {
    server.complete(server.submit().id);
    const page = openPage(server);
    const { rerender, unmount } = renderHook(
      ({ name }) => {
        page.hooks.useTitleBadge();
        useEffect(() => {
          document.title = name;
        }, [name]);
      },
      { wrapper: page.wrapper, initialProps: { name: "Studio" } },
    );
    await pass(1_000);
    rerender({ name: "History" });
    await pass(1_000);
    expect(document.title).toBe("(1) History");
    unmount();
    expect(document.title).toBe("History");
  });
});
