import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { hasLocks } from "../../../test/browser-pages.js";
import { browserPeers } from "./browser-peers.js";

/** The peers of a page whose locks are requested from this function. */
function peersWith(request: (...parameters: never[]) => Promise<unknown>) {
  vi.stubGlobal("document", new EventTarget());
  vi.stubGlobal("navigator", { locks: { request } });
  const peers = browserPeers();
  if (peers === null) throw new Error("The page has no peers.");
  return peers;
}

/** The peers of a page with the locks of Node, which match the browser's. */
function realPeers() {
  vi.stubGlobal("document", new EventTarget());
  const peers = browserPeers();
  if (peers === null) throw new Error("This needs Node 24.5 or newer.");
  return peers;
}

const live = () => new AbortController().signal;
const refuse = () => Promise.reject(new DOMException("denied", "SecurityError"));
const never = async () => expect.unreachable();
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Work that ends when its signal aborts, as the work of the client does. */
function abortableWork() {
  let acquired = (_held: AbortSignal) => {};
  const held = new Promise<AbortSignal>((resolve) => {
    acquired = resolve;
  });
  const work = (signal: AbortSignal) => {
    acquired(signal);
    return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  };
  return { held, work };
}

describe("browserPeers", () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each(["document", "navigator", "BroadcastChannel"])("returns null without %s", (name) => {
    vi.stubGlobal("document", new EventTarget());
    vi.stubGlobal("navigator", { locks: { request: refuse } });
    vi.stubGlobal(name, undefined);
    expect(browserPeers()).toBeNull();
  });

  it("runs the work without a lock on a page that may not use locks, such as in a sandboxed frame", async () => {
    const peers = peersWith(refuse);
    for (const steal of [false, true]) {
      const controller = new AbortController();
      const { held, work } = abortableWork();
      const ended = peers.lock("a", { steal, signal: controller.signal }, work);
      expect((await held).aborted).toBe(false);
      controller.abort();
      await ended;
    }
  });

  it("resolves without the work if the signal has aborted", async () => {
    const signal = AbortSignal.abort();
    for (const steal of [false, true]) await peersWith(refuse).lock("a", { steal, signal }, never);
  });

  it("posts and receives nothing on a page that may not use channels", () => {
    vi.stubGlobal(
      "BroadcastChannel",
      class {
        constructor() {
          throw new DOMException("denied", "SecurityError");
        }
      },
    );
    const channel = peersWith(refuse).join("a", () => {});
    expect(() => {
      channel.post("hello");
      channel.close();
    }).not.toThrow();
  });

  it("reports when the browser freezes and resumes the page, until the listener is removed", () => {
    const page = new EventTarget();
    // A document's events bubble to its window.
    const doc = new EventTarget();
    const relay = (event: Event) => page.dispatchEvent(new Event(event.type));
    for (const type of ["freeze", "resume"]) doc.addEventListener(type, relay);
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
    const peers = peersWith(refuse);
    vi.stubGlobal("document", doc);
    const listener = vi.fn();
    const reported = (target: EventTarget, type: string): readonly unknown[][] => {
      listener.mockClear();
      target.dispatchEvent(new Event(type));
      return listener.mock.calls;
    };
    const remove = peers.onSleep(listener);
    expect(reported(page, "pagehide")).toEqual([[true]]);
    expect(reported(page, "pageshow")).toEqual([[false]]);
    expect(reported(doc, "freeze")).toEqual([[true]]);
    expect(reported(doc, "resume")).toEqual([[false]]);
    remove();
    for (const type of ["pagehide", "pageshow"]) expect(reported(page, type), type).toEqual([]);
    for (const type of ["freeze", "resume"]) expect(reported(doc, type), type).toEqual([]);
  });
});

describe.skipIf(!hasLocks)("the locks of browserPeers", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("are held by one page at a time, and pass to the next one when the work ends", async () => {
    const peers = realPeers();
    const controller = new AbortController();
    const first = abortableWork();
    const ended = peers.lock("one at a time", { steal: false, signal: controller.signal }, first.work);
    await first.held;
    const second = abortableWork();
    const other = new AbortController();
    onTestFinished(() => other.abort());
    let isHeld = false;
    const next = peers.lock("one at a time", { steal: false, signal: other.signal }, (held) => {
      isHeld = true;
      return second.work(held);
    });
    await turn();
    expect(isHeld).toBe(false);
    controller.abort();
    await ended;
    expect((await second.held).aborted).toBe(false);
    other.abort();
    await next;
    expect(await navigator.locks.query()).toEqual({ held: [], pending: [] });
  });

  it("abort the signal of the work when they are stolen", async () => {
    const peers = realPeers();
    const first = abortableWork();
    const ended = peers.lock("stolen", { steal: false, signal: live() }, first.work);
    const held = await first.held;
    const controller = new AbortController();
    const second = abortableWork();
    const next = peers.lock("stolen", { steal: true, signal: controller.signal }, second.work);
    await ended;
    expect(held.aborted).toBe(true);
    expect((await second.held).aborted).toBe(false);
    controller.abort();
    await next;
  });

  it("abort the signal of stolen work also while it does not end", async () => {
    const peers = realPeers();
    let held = live();
    let acquired = () => {};
    const isAcquired = new Promise<void>((resolve) => {
      acquired = resolve;
    });
    let end = () => {};
    const work = (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        held = signal;
        end = resolve;
        acquired();
      });
    const ended = peers.lock("kept", { steal: false, signal: live() }, work);
    await isAcquired;
    await peers.lock("kept", { steal: true, signal: live() }, async () => {});
    await expect.poll(() => held.aborted).toBe(true);
    end();
    await ended;
  });

  it("resolve without the work when the wait is aborted", async () => {
    const peers = realPeers();
    const first = abortableWork();
    const holder = new AbortController();
    const ended = peers.lock("waited for", { steal: false, signal: holder.signal }, first.work);
    await first.held;
    const controller = new AbortController();
    const waiting = peers.lock("waited for", { steal: false, signal: controller.signal }, never);
    controller.abort();
    await waiting;
    holder.abort();
    await ended;
    expect(await navigator.locks.query()).toEqual({ held: [], pending: [] });
  });
});
