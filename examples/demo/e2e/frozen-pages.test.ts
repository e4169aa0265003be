import assert from "node:assert/strict";
import { after, before, type TestContext, test } from "node:test";
import type { Page, Request } from "playwright";
import { openIn } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { isStreamRequest, maxMoveMs, maxSilentMoveMs } from "./event-stream.ts";
import { startPlainBrowser } from "./plain-browser.ts";
import { balanceOf, studioOf } from "./studio.ts";
import { visitorOf } from "./visitor.ts";

let server: DemoServer;

before(async () => {
  // Longer than a test, so that no step ends during one.
  server = await startDemoServer({ stepMs: 60_000 });
});
after(() => server[Symbol.asyncDispose]());

/** Opens two visible pages of a visitor: the leader, which holds the stream, and a follower. */
async function openPages(t: TestContext) {
  const { context, openWindow } = await startPlainBrowser(t);
  const visitor = visitorOf(context, server.url);
  const streamRequest = context.waitForEvent("request", isStreamRequest);
  const { page: leader } = await openIn(await openWindow(), server.url);
  assert.ok((await streamRequest).frame().page() === leader, "the first page does not hold the stream");
  const { page: follower } = await openIn(await openWindow(), server.url);
  await Promise.all([leader, follower].map((page) => waitUntilCurrent(page, { credits: 100 })));
  const requests: Request[] = [];
  context.on("request", (request) => void (request.frame().page() === leader && requests.push(request)));
  return {
    context,
    leader,
    follower,
    /** Runs an action that makes the leader leave. @returns the milliseconds until the follower opens the stream. */
    moveStream: async (leave: () => Promise<unknown>): Promise<number> => {
      const leftAt = performance.now();
      const [opened] = await Promise.all([context.waitForEvent("request", isStreamRequest), leave()]);
      const ms = Math.round(performance.now() - leftAt);
      assert.ok(opened.frame().page() === follower, "the leader opened the stream again");
      t.diagnostic(`the stream moved after ${ms} ms`);
      return ms;
    },
    /** Submits a generation, and waits until it emits no further change. */
    submit: async (prompt: string): Promise<void> => visitor.waitForQueue(await visitor.submit({ prompt, steps: 12 })),
    /** Removes and returns the leader's recorded requests for changes: `active`, `events` or `credits`. */
    takeRequests: (): readonly string[] => {
      const paths = requests.splice(0).map((request) => new URL(request.url()).pathname);
      return paths.filter((path) => /\/(active|events|credits)$/.test(path)).map((path) => path.replace(/^.*\//, ""));
    },
  };
}

/** Waits until a page shows the current state. */
async function waitUntilCurrent(
  page: Page,
  { credits, developing }: { readonly credits: number; readonly developing?: number },
): Promise<void> {
  await balanceOf(page)
    .filter({ hasText: String(credits) })
    .waitFor();
  if (developing === undefined) return;
  await studioOf(page)
    .indicator.filter({ hasText: `+${developing - 1}` })
    .waitFor();
}

test("a page that is restored from the back/forward cache catches up with one request", async (t) => {
  const { context, leader, follower, moveStream, submit, takeRequests } = await openPages(t);
  const note = () => {
    addEventListener("pageshow", ({ persisted }) => {
      document.documentElement.dataset.persisted = String(persisted);
    });
  };
  // In the cached page, and in the page that is loaded instead if it was not cached.
  await leader.evaluate(note);
  await context.addInitScript(note);
  const ms = await moveStream(() => leader.goto(`${server.url}/lamp.svg`));
  assert.ok(ms <= maxMoveMs, `the stream moved after ${ms} ms`);
  for (const prompt of ["One", "Two"]) await submit(prompt);
  await waitUntilCurrent(follower, { credits: 92, developing: 2 });
  takeRequests();

  // A restored page does not load again, so waiting for `load` would time out.
  await leader.goBack({ waitUntil: "commit" });
  await leader.locator("html[data-persisted]").waitFor({ state: "attached" });
  const reasons = await leader.evaluate(() =>
    JSON.stringify(performance.getEntriesByType("navigation"), ["notRestoredReasons", "reasons", "reason"]),
  );
  assert.equal(await leader.locator("html").getAttribute("data-persisted"), "true", reasons);
  await waitUntilCurrent(leader, { credits: 92, developing: 2 });
  await submit("Three");
  await Promise.all([leader, follower].map((page) => waitUntilCurrent(page, { credits: 88, developing: 3 })));
  // One request for the difference.
  assert.deepEqual(takeRequests(), ["active"]);
});

test("a frozen leader loses the stream to a follower, and catches up with one request when it resumes", async (t) => {
  const { context, leader, follower, moveStream, submit, takeRequests } = await openPages(t);
  // A frozen page is hidden and stays hidden, so it gets no `visibilitychange` event, only `resume`.
  const session = await context.newCDPSession(leader);
  const ms = await moveStream(() => session.send("Page.setWebLifecycleState", { state: "frozen" }));
  assert.ok(ms <= maxSilentMoveMs, `the stream moved after ${ms} ms`);
  for (const prompt of ["One", "Two"]) await submit(prompt);
  await waitUntilCurrent(follower, { credits: 92, developing: 2 });
  // No event reaches a frozen page.
  assert.equal(await balanceOf(leader).textContent(), "100 credits left");
  takeRequests();

  await session.send("Page.setWebLifecycleState", { state: "active" });
  await waitUntilCurrent(leader, { credits: 92, developing: 2 });
  await submit("Three");
  await Promise.all([leader, follower].map((page) => waitUntilCurrent(page, { credits: 88, developing: 3 })));
  // One request for the difference.
  assert.deepEqual(takeRequests(), ["active"]);
});
