import type { Generation } from "@safelight/client/contract";
import { QueryClient } from "@tanstack/react-query";
import { act, render, renderHook } from "@testing-library/react";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pass } from "../../../test/pass.js";
import { openPage } from "../../../test/set-up.js";
import { systemNotifications } from "../../../test/system-notifications.js";
import { testServer } from "../../../test/test-server.js";
import { turn } from "../../../test/turn.js";
import type { UseSystemNoticesOptions } from "./use-system-notices.js";

let server = testServer();
let toasts: string[] = [];

const notice: UseSystemNoticesOptions["notice"] = ({ id, status }) =>
  status === "canceled" ? null : { title: status, body: id };

interface TabOptions extends Partial<UseSystemNoticesOptions> {
  readonly toast?: boolean;
  readonly whileHidden?: boolean;
}

/** A tab with system notifications and toasts. */
function openTab({ toast = true, whileHidden = false, ...options }: TabOptions = {}) {
  const page = openPage(server, new QueryClient());
  const onNotice = ({ id }: Generation) => void toasts.push(id);
  const tab = renderHook(
    () => {
      page.hooks.useGenerationNotices({ onNotice, whileHidden, enabled: toast });
      return page.hooks.useSystemNotices({ notice, ...options });
    },
    { wrapper: page.wrapper },
  );
  return { ...page, ...tab };
}

interface PermissionProps extends Pick<ReturnType<typeof openPage>, "hooks"> {
  readonly permissions: string[];
}

function Permission({ hooks, permissions }: PermissionProps) {
  const { permission } = hooks.useSystemNotices({ notice });
  permissions.push(permission);
  return permission;
}

const ended = () => {
  const { id } = server.submit();
  server.complete(id);
  return id;
};
const confirmed = () => server.requestsTo("POST /notices/confirm").flatMap(({ json }) => Object(json).ids);

describe("useSystemNotices", { timeout: 30_000 }, () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    server = testServer();
    toasts = [];
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    Reflect.deleteProperty(navigator, "serviceWorker");
  });

  it("shows generations that finish while the page is hidden, and leaves the rest to the page", async () => {
    const system = systemNotifications();
    openTab();
    await pass(1_000);
    const seen = ended();
    await pass(10_000);
    turn("hidden");
    const away = ended();
    await pass(120_000);
    expect(system.shown).toMatchObject([{ title: "completed", body: away, tag: away }]);
    expect(toasts).toEqual([seen]);
    turn("visible");
    await pass(120_000);
    expect([toasts.length, system.shown.length]).toEqual([1, 1]);
    expect(confirmed().toSorted()).toEqual([seen, away]);
  });

  it("precedes a toast with whileHidden, in any mount order", async () => {
    const system = systemNotifications();
    openTab({ whileHidden: true });
    turn("hidden");
    ended();
    await pass(120_000);
    expect([toasts.length, system.shown.length]).toEqual([0, 1]);
  });

  it("leaves notices to the toast without the user's permission", async () => {
    const system = systemNotifications("denied");
    openTab({ whileHidden: true });
    turn("hidden");
    const id = ended();
    await pass(120_000);
    expect([toasts, system.shown]).toEqual([[id], []]);
  });

  it("presents once over a visible and a hidden tab, in the visible one", async () => {
    const system = systemNotifications();
    const hidden = openTab();
    await pass(1_000);
    turn("hidden");
    await pass(1_000);
    // The other browser's page is visible, and does not receive the first page's visibility change.
    const claim = vi.spyOn(hidden.client, "claimNotices");
    const { client } = openPage(server);
    const id = ended();
    await pass(1_000);
    expect((await client.claimNotices("claim-of-the-visible-one")).generations).toHaveLength(1);
    await client.confirmNotices("claim-of-the-visible-one", [id]);
    await pass(120_000);
    expect(claim).toHaveBeenCalled();
    expect([toasts, system.shown]).toEqual([[], []]);
  });

  it("shows no generation that was marked as seen on a visible page", async () => {
    const system = systemNotifications();
    openTab({ toast: false });
    await pass(1_000);
    const seen = ended();
    const unseen = ended();
    await pass(60_000);
    expect(server.requestsTo("POST /notices/claim")).toEqual([]);
    server.markSeen(seen);
    await pass(1_000);
    turn("hidden");
    await pass(60_000);
    expect(system.shown).toMatchObject([{ body: unseen }]);
  });

  it("shows nothing for a null notice, which counts as presented", async () => {
    const system = systemNotifications();
    openTab();
    await pass(1_000);
    turn("hidden");
    const { id } = server.submit();
    server.cancel(id);
    await pass(120_000);
    turn("visible");
    await pass(120_000);
    expect([toasts, system.shown, confirmed()]).toEqual([[], [], [id]]);
  });

  it("focuses the page when it is clicked", async () => {
    const system = systemNotifications();
    const focus = vi.spyOn(window, "focus").mockImplementation(() => {});
    const onClick = vi.fn();
    openTab({ onClick });
    await pass(1_000);
    turn("hidden");
    const id = ended();
    await pass(10_000);
    expect(onClick).not.toHaveBeenCalled();
    system.shown[0]?.click();
    expect(onClick).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id, status: "completed" }));
    expect([focus.mock.calls.length, system.shown[0]?.isClosed]).toEqual([1, true]);
  });

  it("requests the permission, and returns it", async () => {
    const system = systemNotifications("default");
    const { result } = openTab();
    expect(result.current.permission).toBe("default");
    await pass(1_000);
    turn("hidden");
    ended();
    await pass(120_000);
    expect(system.shown).toEqual([]);
    turn("visible");
    await act(async () => expect(await result.current.request()).toBe("granted"));
    expect(result.current.permission).toBe("granted");
    await pass(1_000);
    turn("hidden");
    ended();
    await pass(60_000);
    expect(system.shown).toHaveLength(1);
    system.permission = "denied";
    act(() => turn("visible"));
    expect(result.current.permission).toBe("denied");
  });

  it("leaves notices to the page on phones that allow notifications only from service workers", async () => {
    const system = systemNotifications();
    system.isForWorkersOnly = true;
    openTab();
    await pass(1_000);
    turn("hidden");
    const ids = [ended(), ended()];
    await pass(20_000);
    expect(confirmed()).toEqual([]);
    turn("visible");
    await pass(40_000);
    expect(toasts.toSorted()).toEqual(ids);
    turn("hidden");
    ended();
    const { length } = server.requestsTo("POST /notices/claim");
    await pass(120_000);
    expect(server.requestsTo("POST /notices/claim")).toHaveLength(length);
  });

  it("shows them through the page's service worker on such phones", async () => {
    const system = systemNotifications();
    system.isForWorkersOnly = true;
    const showNotification = vi.fn(async () => {});
    const serviceWorker = { controller: {}, ready: Promise.resolve({ showNotification }) };
    Object.defineProperty(navigator, "serviceWorker", { value: serviceWorker, configurable: true });
    openTab();
    await pass(1_000);
    turn("hidden");
    const id = ended();
    await pass(60_000);
    expect(showNotification).toHaveBeenCalledExactlyOnceWith("completed", { body: id, tag: id });
    expect(confirmed()).toEqual([id]);
  });

  it("shows them through a service worker that starts later", async () => {
    const system = systemNotifications();
    system.isForWorkersOnly = true;
    openTab({ toast: false });
    await pass(1_000);
    turn("hidden");
    const id = ended();
    await pass(60_000);
    expect(confirmed()).toEqual([]);
    const showNotification = vi.fn(async () => {});
    const serviceWorker = { controller: {}, ready: Promise.resolve({ showNotification }) };
    Object.defineProperty(navigator, "serviceWorker", { value: serviceWorker, configurable: true });
    turn("visible");
    turn("hidden");
    await pass(60_000);
    expect(showNotification).toHaveBeenCalledExactlyOnceWith("completed", { body: id, tag: id });
    expect(confirmed()).toEqual([id]);
  });

  it("is unsupported on a server, in the first render after it, and without notifications", async () => {
    const { hooks, wrapper: Page } = openPage(server);
    const permissions: string[] = [];
    const page = (
      <Page>
        <Permission hooks={hooks} permissions={permissions} />
      </Page>
    );
    const container = document.createElement("div");
    systemNotifications();
    container.innerHTML = renderToString(page);
    expect(container.textContent).toBe("unsupported");
    permissions.length = 0;
    render(page, { container, hydrate: true });
    expect([permissions[0], container.textContent]).toEqual(["unsupported", "granted"]);
    vi.unstubAllGlobals();
    const { result } = openTab();
    expect(result.current.permission).toBe("unsupported");
    expect(await result.current.request()).toBe("unsupported");
  });

  it("does nothing while it is disabled", async () => {
    const system = systemNotifications();
    ended();
    turn("hidden");
    openTab({ enabled: false, toast: false });
    await pass(60_000);
    expect([server.received(), system.shown]).toEqual([[], []]);
  });
});
