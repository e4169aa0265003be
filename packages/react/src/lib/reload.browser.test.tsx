import { setupWorker } from "msw/browser";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closedGate } from "../../test/gate.js";
import { testServer } from "../../test/test-server.js";

const server = testServer();
let frame = document.createElement("iframe");
const worker = setupWorker(...server.handlers);

/** Vitest wraps each `import()` of a served module in a function of its test page, which this page lacks. */
const testRunner = "<script>window.__vitest_browser_runner__ = { wrapDynamicImport: (load) => load() };</script>";

const page = () => frame.contentDocument;
const shown = () => page()?.querySelector("output")?.textContent ?? "";
const click = () => page()?.querySelector("button")?.click();
const shows = (text: string) => expect.poll(shown).toContain(text);

describe("a page that is reloaded during a generation", () => {
  beforeAll(() => worker.start({ quiet: true }));
  afterAll(() => worker.stop());

  beforeEach(async () => {
    sessionStorage.clear();
    frame = document.createElement("iframe");
    frame.srcdoc = `${testRunner}<script type="module" src="/packages/react/test/studio-page.tsx"></script>`;
    document.body.append(frame);
    await shows("nothing, 0 active, 100 credits");
  });
  afterEach(() => {
    frame.remove();
    server.reset();
  });

  const reload = async () => {
    const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
    frame.contentWindow?.location.reload();
    await loaded;
  };

  it("still shows the active generation and its completion", async () => {
    click();
    await shows("pending, 1 active, 96 credits");
    await reload();
    await shows("pending, resumed, 1 active, 96 credits");
    for (const { id } of server.active().generations) server.complete(id);
    await shows("completed, resumed, 0 active, 96 credits");
    expect(server.requestsTo("POST /")).toHaveLength(1);
  });

  it("creates one generation when the reload interrupted the response", async () => {
    const open = server.stallNext("POST /", "response");
    click();
    await expect.poll(() => server.active().generations).toHaveLength(1);
    expect(shown()).toContain("submitting");
    await reload();
    await shows("pending, resumed, 1 active, 96 credits");
    open();
    // The page shows the generation before the server has confirmed the owner, and sends the submission after it.
    await expect.poll(() => server.requestsTo("POST /")).toHaveLength(2);
    expect(new Set(server.requestsTo("POST /").map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    await expect.poll(() => sessionStorage.length).toBe(0);
    expect(server.active().generations).toHaveLength(1);
  });

  it("sends the submission that the reload interrupted before it arrived", async () => {
    const { before, open } = closedGate();
    server.interceptNext("POST /", async () => {
      await before;
      return Response.error();
    });
    click();
    await expect.poll(() => server.requestsTo("POST /")).toHaveLength(1);
    await reload();
    await shows("pending, resumed, 1 active, 96 credits");
    open();
    expect(server.active().generations).toHaveLength(1);
  });

  it("sends each request once", async () => {
    await expect.poll(() => server.held).toBe(1);
    const { length } = server.received();
    await reload();
    await expect.poll(() => server.held).toBe(1);
    await shows("100 credits");
    const requested = () =>
      server
        .received()
        .slice(length)
        .map(({ path }) => path);
    // A request of the old page may end a moment later.
    await expect.poll(() => requested().filter((path) => path.includes("&wait="))).toHaveLength(1);
    expect(requested().filter((path) => path === "/active")).toHaveLength(1);
    expect(requested().length).toBeLessThanOrEqual(5);
  });
});
