import { afterEach, describe, expect, it, vi } from "vitest";
import { browserPeers } from "./browser-peers.js";

/** A browser whose locks answer like this. */
function browserWith(request: (name: string, options: object, hold: () => Promise<void>) => Promise<void>) {
  vi.stubGlobal("document", new EventTarget());
  vi.stubGlobal("navigator", { locks: { request } });
  const peers = browserPeers();
  if (peers === null) throw new Error("there are none");
  return peers;
}

const live = () => new AbortController().signal;
const refuse = () => Promise.reject(new DOMException("denied", "SecurityError"));

describe("browserPeers", () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each(["document", "navigator", "BroadcastChannel"])("are none without %s", (name) => {
    vi.stubGlobal("document", new EventTarget());
    vi.stubGlobal("navigator", { locks: { request: refuse } });
    vi.stubGlobal(name, undefined);
    expect(browserPeers()).toBeNull();
  });

  it("gives a page that is given no locks one of its own, so that it hears the server alone", async () => {
    const peers = browserWith(refuse);
    for (const steal of [false, true]) {
      const lock = await peers.lock("a", { steal, signal: live() });
      expect(lock?.lost.aborted).toBe(false);
      lock?.release();
    }
  });

  it("gives none to who does not want it any more", async () => {
    expect(await browserWith(refuse).lock("a", { steal: false, signal: AbortSignal.abort() })).toBeNull();
  });

  it("tells that a lock was taken away", async () => {
    let take = (_reason: unknown) => {};
    const peers = browserWith((_name, _options, hold) => {
      void hold();
      return new Promise((_, reject) => {
        take = reject;
      });
    });
    const lock = await peers.lock("a", { steal: false, signal: live() });
    expect(lock?.lost.aborted).toBe(false);
    take(new DOMException("stolen", "AbortError"));
    await vi.waitFor(() => expect(lock?.lost.aborted).toBe(true));
  });

  it("tells that the browser puts the page to sleep and wakes it, until it is told to stop", () => {
    const page = new EventTarget();
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
    const peers = browserWith(refuse);
    const listener = vi.fn();
    const told = (target: EventTarget, type: string): readonly unknown[][] => {
      listener.mockClear();
      target.dispatchEvent(new Event(type));
      return listener.mock.calls;
    };
    const stop = peers.onSleep(listener);
    expect(told(page, "pagehide")).toEqual([[true]]);
    expect(told(page, "pageshow")).toEqual([[false]]);
    expect(told(document, "freeze")).toEqual([[true]]);
    expect(told(document, "resume")).toEqual([[false]]);
    stop();
    for (const type of ["pagehide", "pageshow"]) expect(told(page, type), type).toEqual([]);
    for (const type of ["freeze", "resume"]) expect(told(document, type), type).toEqual([]);
  });

  it("says nothing to nobody where a page is given no channel", () => {
    vi.stubGlobal(
      "BroadcastChannel",
      class {
        constructor() {
          throw new DOMException("denied", "SecurityError");
        }
      },
    );
    const channel = browserWith(refuse).join("a", () => {});
    expect(() => {
      channel.post("hello");
      channel.close();
    }).not.toThrow();
  });
});
