import assert from "node:assert/strict";
import { after, before, type TestContext, test } from "node:test";
import type { Page, Request } from "playwright";
import { openIn } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { isStream } from "./is-stream.ts";
import { startPlainBrowser } from "./plain-browser.ts";
import { balanceOf, studioOf } from "./studio.ts";
import { submitGeneration, waitForQueue } from "./visitor-requests.ts";

/** As in `one-connection.test.ts`: of a page that is gone at once, and of one that is frozen, in milliseconds. */
const maxMoveMs = 6_000;
const maxFrozenMoveMs = 15_000;

let server: DemoServer;

before(async () => {
  // No step is done before a test is over.
  server = await startDemoServer({ stepMs: 60_000 });
});
after(() => server[Symbol.asyncDispose]());

/** Two pages of a visitor, both in sight: the one that has the stream, and another one. */
async function openPages(t: TestContext) {
  const { context, openWindow } = await startPlainBrowser(t);
  const holding = context.waitForEvent("request", isStream);
  const { page: holder } = await openIn(await openWindow(), server.url);
  assert.ok((await holding).frame().page() === holder, "the first page does not have the stream");
  const { page: other } = await openIn(await openWindow(), server.url);
  await Promise.all([holder, other].map((page) => knows(page, { credits: 100 })));
  const asked: Request[] = [];
  context.on("request", (request) => void (request.frame().page() === holder && asked.push(request)));
  return {
    context,
    holder,
    other,
    /** Has another page take the stream while this is done. @returns after how many milliseconds it did. */
    move: async (leave: () => Promise<unknown>): Promise<number> => {
      const leftAt = performance.now();
      const [taken] = await Promise.all([context.waitForEvent("request", isStream), leave()]);
      const ms = Math.round(performance.now() - leftAt);
      assert.ok(taken.frame().page() === other, "the page that left took it again");
      t.diagnostic(`the stream moved after ${ms} ms`);
      return ms;
    },
    /** Nothing that comes later tells of it again. */
    submit: async (prompt: string): Promise<void> => {
      await waitForQueue(context, server.url, await submitGeneration(context, server.url, { prompt, steps: 12 }));
    },
    /** What the page with the stream has asked the server for how changes are, since the last call. */
    asked: (): readonly string[] => {
      const paths = asked.splice(0).map((request) => new URL(request.url()).pathname);
      return paths.filter((path) => /\/(active|events|credits)$/.test(path)).map((path) => path.replace(/^.*\//, ""));
    },
  };
}

/** Waits until a page shows what there is. */
async function knows(page: Page, now: { readonly credits: number; readonly developing?: number }): Promise<void> {
  await balanceOf(page)
    .filter({ hasText: String(now.credits) })
    .waitFor();
  if (now.developing === undefined) return;
  await studioOf(page)
    .indicator.filter({ hasText: `+${now.developing - 1}` })
    .waitFor();
}

test("a page that is come back to by the browser's own way back was kept, and is up to date again", async (t) => {
  const { context, holder, other, move, submit, asked } = await openPages(t);
  const note = () => {
    addEventListener("pageshow", ({ persisted }) => {
      document.documentElement.dataset.persisted = String(persisted);
    });
  };
  // In the page that may be kept, and in the one that is loaded in its place if it is not.
  await holder.evaluate(note);
  await context.addInitScript(note);
  const ms = await move(() => holder.goto(`${server.url}/lamp.svg`));
  assert.ok(ms <= maxMoveMs, `the stream moved after ${ms} ms`);
  for (const prompt of ["One", "Two"]) await submit(prompt);
  await knows(other, { credits: 92, developing: 2 });
  asked();

  // A page that was kept is not loaded again.
  await holder.goBack({ waitUntil: "commit" });
  await holder.locator("html[data-persisted]").waitFor({ state: "attached" });
  const why = await holder.evaluate(() =>
    JSON.stringify(performance.getEntriesByType("navigation"), ["notRestoredReasons", "reasons", "reason"]),
  );
  assert.equal(await holder.locator("html").getAttribute("data-persisted"), "true", why);
  await knows(holder, { credits: 92, developing: 2 });
  await submit("Three");
  await Promise.all([holder, other].map((page) => knows(page, { credits: 88, developing: 3 })));
  // For the difference, once.
  assert.deepEqual(asked(), ["active"]);
});

test("a page that has the stream and is frozen leaves it to another one, and knows everything when it is active again", async (t) => {
  const { context, holder, other, move, submit, asked } = await openPages(t);
  // What is frozen is hidden before, and stays so: `resume` is all that it is woken by.
  const session = await context.newCDPSession(holder);
  const ms = await move(() => session.send("Page.setWebLifecycleState", { state: "frozen" }));
  assert.ok(ms <= maxFrozenMoveMs, `the stream moved after ${ms} ms`);
  for (const prompt of ["One", "Two"]) await submit(prompt);
  await knows(other, { credits: 92, developing: 2 });
  // It stands still: nothing reaches it.
  assert.equal(await balanceOf(holder).textContent(), "100 credits left");
  asked();

  await session.send("Page.setWebLifecycleState", { state: "active" });
  await knows(holder, { credits: 92, developing: 2 });
  await submit("Three");
  await Promise.all([holder, other].map((page) => knows(page, { credits: 88, developing: 3 })));
  // For the difference, once.
  assert.deepEqual(asked(), ["active"]);
});
