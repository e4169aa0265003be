import { setupWorker } from "msw/browser";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createMockServer } from "../msw/create-mock-server.js";

const server = createMockServer({ credits: 100, models: { flux: { credits: 4 } } });
const worker = setupWorker(...server.handlers);

/** Vitest wraps each `import()` of a served module in a function of its test page, which these pages lack. */
const testRunner = "<script>window.__vitest_browser_runner__ = { wrapDynamicImport: (load) => load() };</script>";

/** One page of the browser, with its panel. */
class Page {
  readonly frame = document.body.appendChild(document.createElement("iframe"));

  constructor() {
    this.frame.srcdoc = `${testRunner}<body><script type="module" src="/packages/client/test/devtools-page.ts"></script>`;
  }

  read(selector: string): string {
    return this.frame.contentDocument?.querySelector(selector)?.textContent ?? "";
  }

  get #panel(): ShadowRoot | null | undefined {
    return this.frame.contentDocument?.querySelector("#panel")?.shadowRoot;
  }

  /** The text of a tab. */
  async textOf(tab: string): Promise<string> {
    this.press(tab);
    await new Promise((resolve) => setTimeout(resolve));
    return this.#panel?.querySelector("[role=tabpanel]")?.textContent ?? "";
  }

  press(text: string): void {
    const buttons = [...(this.#panel?.querySelectorAll("button") ?? [])];
    buttons.find(({ textContent }) => textContent === text)?.click();
  }

  /** Changes a control of the tab Simulate. */
  simulate(label: string, value: string | boolean): void {
    this.press("Simulate");
    const labels = [...(this.#panel?.querySelectorAll("label") ?? [])];
    const control = labels
      .find(({ textContent }) => textContent?.includes(label))
      ?.querySelector<HTMLInputElement | HTMLSelectElement>("input, select");
    if (!control) throw new Error(`The panel has no control ${label}.`);
    if (typeof value === "string") control.value = value;
    if (typeof value === "boolean" && control instanceof (this.frame.contentWindow as typeof window).HTMLInputElement)
      control.checked = value;
    control.dispatchEvent(new Event(control.tagName === "INPUT" && typeof value === "string" ? "input" : "change"));
  }

  report(): string {
    return this.#panel?.querySelector("textarea")?.value ?? "";
  }

  submit(): void {
    this.frame.contentDocument?.querySelector<HTMLElement>("body > button")?.click();
  }
}

const pages: Page[] = [];

async function openPage(): Promise<Page> {
  const page = new Page();
  pages.push(page);
  await expect.poll(() => page.read("#connection")).toBe("live");
  return page;
}

const isLeader = (page: Page) => page.textOf("Now").then((text) => text.includes("This page leads"));
const streams = () => server.requestsTo("GET /events").length;

beforeAll(() => worker.start({ quiet: true }));
afterAll(() => worker.stop());
beforeEach(() => server.reset());
afterEach(() => {
  for (const { frame } of pages.splice(0)) frame.remove();
});

describe("the leader badge", () => {
  it("moves when the leading page closes, and counts the take-over", async () => {
    const first = await openPage();
    await expect.poll(() => isLeader(first)).toBe(true);
    const second = await openPage();
    await expect.poll(() => second.textOf("Now")).toMatch(/Another page leads · 1 waiting · 0 take-overs · live/);
    await expect.poll(() => first.textOf("Now")).toMatch(/This page leads · 1 waiting/);
    first.frame.remove();
    await expect.poll(() => second.textOf("Now")).toMatch(/This page leads · 0 waiting · 1 take-overs/);
  });

  it("moves to another page on demand, and both stay live", async () => {
    const first = await openPage();
    const second = await openPage();
    await expect.poll(() => isLeader(first)).toBe(true);
    first.press("Simulate");
    first.press("Make another page lead");
    await expect.poll(() => isLeader(second)).toBe(true);
    await expect.poll(() => isLeader(first)).toBe(false);
    expect([first, second].map((page) => page.read("#connection"))).toEqual(["live", "live"]);
  });

  it("leaves a frozen page, which is live again when it resumes", async () => {
    const first = await openPage();
    const second = await openPage();
    await expect.poll(() => isLeader(first)).toBe(true);
    first.simulate("Freeze", true);
    await expect.poll(() => isLeader(second)).toBe(true);
    first.submit();
    expect(server.requestsTo("POST /")).toEqual([]);
    first.simulate("Freeze", false);
    await expect.poll(() => first.read("#submitted")).toBe("pending");
    expect(first.read("#connection")).toBe("live");
  });
});

describe("the simulations", () => {
  it("Offline: the connection is offline, and live again after it", async () => {
    const page = await openPage();
    page.simulate("Offline", true);
    await expect.poll(() => page.read("#connection")).toBe("offline");
    page.simulate("Offline", false);
    await expect.poll(() => page.read("#connection")).toBe("live");
  });

  it.each(["insufficient_credits", "rate_limited"])("a submit is refused once with %s", async (code) => {
    const page = await openPage();
    page.simulate("next submit", code);
    page.submit();
    await expect.poll(() => page.read("#submitted")).toBe(code);
    expect(server.requestsTo("POST /")).toEqual([]);
    page.submit();
    await expect.poll(() => page.read("#submitted")).toBe("pending");
  });

  it("a submit fails with 500", async () => {
    const page = await openPage();
    page.simulate("next submit", "500");
    page.submit();
    await expect.poll(() => page.read("#submitted")).toBe("internal");
    expect(server.requestsTo("POST /")).toEqual([]);
  });

  it("a submit whose response is lost is repeated with its key, and charged once", async () => {
    const page = await openPage();
    page.simulate("next submit", "network after it was sent");
    page.submit();
    await expect.poll(() => page.read("#submitted")).toBe("pending");
    const keys = server.requestsTo("POST /").map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(server.active().generations).toHaveLength(1);
    const requests = await page.textOf("Requests");
    expect(requests).toContain(`${keys[0]?.slice(0, 8)}… (repeat 1)`);
    expect(requests).toContain("idempotent-replayed: true");
  });

  it("Slow: delays each request", async () => {
    const page = await openPage();
    page.simulate("Slow", "300");
    const startedAt = performance.now();
    page.submit();
    await expect.poll(() => page.read("#submitted")).toBe("pending");
    expect(performance.now() - startedAt).toBeGreaterThan(290);
  });

  it("a cut stream is opened again, and the page stays live", async () => {
    const page = await openPage();
    await expect.poll(streams).toBe(1);
    page.press("Simulate");
    page.press("Cut the stream");
    await expect.poll(streams).toBe(2);
    await expect.poll(() => page.read("#connection")).toBe("live");
    await expect.poll(() => page.textOf("Events")).toMatch(/\d(cut|ended).*opened/);
  });

  it("a swallowed stream falls back to a long poll, which keeps the page live", async () => {
    const page = await openPage();
    page.simulate("Swallow", true);
    await expect.poll(() => server.requestsTo("GET /active?after&wait").length).toBeGreaterThan(0);
    await expect.poll(() => page.read("#connection")).toBe("live");
  });

  it("Signed out: the events end with unauthenticated", async () => {
    const page = await openPage();
    page.simulate("Signed out", true);
    await expect.poll(() => page.read("#connection")).toBe("unauthenticated");
  });
});

describe("the tab Events", () => {
  it("lists the events of the stream with their sequence, and never a prompt", async () => {
    const page = await openPage();
    page.submit();
    await expect.poll(() => page.textOf("Events")).toMatch(/changes.*…000001 pending/);
    const { id } = server.active().generations[0] ?? { id: "" };
    server.complete(id);
    await expect.poll(() => page.textOf("Events")).toMatch(/…000001 completed in \d/);
    expect(await page.textOf("Events")).not.toContain("a lamp");
  });

  it("shows the bug report where the page has no clipboard, as without https", async () => {
    const page = await openPage();
    Object.defineProperty(page.frame.contentWindow?.navigator, "clipboard", { value: undefined });
    await page.textOf("Events");
    page.press("Copy as a bug report");
    await expect.poll(() => page.textOf("Events")).toContain("copy the text below");
    expect(page.report()).toContain('"userAgent"');
  });
});
