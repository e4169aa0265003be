import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser } from "playwright";
import { type NextServer, startNextServer, type WorkerMode } from "./next-server.ts";
import { launchBrowser, openPage } from "./open-page.ts";
import { durationOf, naturalWidth, post, posterPage, topmostAtFocus } from "./poster-page.ts";

const modes: readonly WorkerMode[] = ["loop", "request"];

// The tests mostly wait for images, so servers and visitors run concurrently, with a limit.
describe("posters", { concurrency: 3 }, () => {
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const mode of modes) {
    describe(mode === "loop" ? "with a worker in the process" : "with requests that do the work", () => {
      let server: NextServer;

      before(async () => {
        server = await startNextServer(mode);
      });
      after(async () => {
        // `instrumentation.ts` drains the worker and exits with 0. Without a worker, Next itself exits with 143.
        assert.equal(await server.stop(), mode === "loop" ? 0 : 143);
      });

      test("a poster develops over navigation and a reload, is announced, and is in the history", async (t) => {
        const prompt = "A lighthouse in the fog, slow";
        const { page, problems } = await openPage(t, browser, server.url);
        const posters = posterPage(page);
        await posters.submit(prompt);
        await posters.progressOf(prompt).waitFor();

        await posters.walkTo("About");
        await posters.developing.waitFor();
        await page.reload();
        await posters.developing.waitFor();

        const toast = posters.toast("Your poster is ready.");
        await toast.getByRole("link", { name: "View history" }).click({ timeout: 90_000 });
        await page.getByRole("heading", { name: "History" }).waitFor();
        assert.equal(await naturalWidth(page.getByRole("img", { name: prompt })), 512);
        await page.getByRole("link", { name: "1 ready" }).waitFor({ state: "detached" });
        assert.equal(await posters.developing.count(), 0);
        assert.equal(await posters.viewHistory.count(), 0);
        assert.deepEqual(problems, []);
      });

      test("the toast of a submit links to the history, where the poster continues and completes", async (t) => {
        const prompt = "A harbour at dawn, slow";
        const { page, problems } = await openPage(t, browser, server.url);
        const posters = posterPage(page);
        await posters.submit(prompt);
        const toast = posters.toast("Developing your poster.");
        await toast.waitFor();
        await posters.walkTo("About");
        await posters.developing.waitFor();
        await toast.getByRole("link", { name: "View history" }).click();
        await page.getByRole("heading", { name: "History" }).waitFor();
        await posters.progressOf(prompt).waitFor();
        assert.equal(await posters.viewHistory.count(), 0);
        await posters.progressOf(prompt).waitFor({ state: "detached", timeout: 90_000 });
        assert.equal(await naturalWidth(page.getByRole("img", { name: prompt })), 512);
        // The history has shown the end, so there is no toast.
        assert.equal(await posters.viewHistory.count(), 0);
        assert.deepEqual(problems, []);
      });

      test("the history shows an active generation and its end, without a reload", async (t) => {
        const { page } = await openPage(t, browser, server.url);
        await posterPage(page).walkTo("History");
        await page.getByText("No images yet.").waitFor();
        await post(page, { prompt: "A red fox" });
        await posterPage(page).progressOf("A red fox").waitFor();
        assert.equal(await naturalWidth(page.getByRole("img", { name: "A red fox" })), 512);
      });

      // The pages do not depend on the worker.
      if (mode === "request") return;

      test("the active generations come with every page, and the browser does not request them", async (t) => {
        // Accepted with a lost response: it is reconciled for ten minutes.
        const prompt = "Poppies, lost:forever";
        const first = await openPage(t, browser, server.url);
        await posterPage(first.page).submit(prompt);
        await posterPage(first.page).progressOf(prompt).waitFor();
        const storageState = await first.page.context().storageState();

        const still = await openPage(t, browser, `${server.url}/about`, { storageState, javaScriptEnabled: false });
        assert.equal(await posterPage(still.page).developing.count(), 1);
        assert.equal(await still.page.getByRole("progressbar").count(), 1);

        const live = "GET /api/generations/events?after=N";
        const expected = { "/": ["GET /api/generations/credits", live], "/about": [live] };
        for (const [path, allowed] of Object.entries(expected)) {
          const { page, requests, problems } = await openPage(t, browser, "about:blank", { storageState });
          const connected = page.waitForRequest(/\/events/);
          await page.goto(`${server.url}${path}`);
          await connected;
          if (path === "/") await page.getByText("You have 16 credits.").waitFor();
          await pause(500);
          // The stream continues from the position that came with the page.
          const resumed = requests.map((request) => request.replace(/\?(?:.*&)?after=[1-9].*$/, "?after=N"));
          assert.deepEqual(resumed.sort(), allowed);
          assert.equal(await posterPage(page).developing.count(), 1);
          assert.deepEqual(problems, []);
        }
      });

      test("a reel is a video, in the form and in the history", async (t) => {
        const { page, problems } = await openPage(t, browser, server.url);
        await page.getByLabel("Reel").check();
        await posterPage(page).submit("A boat on a lake");
        assert.equal(await durationOf(page.getByRole("region", { name: "Your generations" }).locator("video")), 3.1);
        await posterPage(page).walkTo("History");
        const item = page.getByRole("listitem").filter({ hasText: "A boat on a lake" });
        assert.equal(await durationOf(item.locator("video")), 3.1);
        assert.equal(await item.getByRole("img").count(), 0);
        assert.deepEqual(problems, []);
      });

      test("a poster and a reel that two devices submitted are both at the form, and can both be canceled", async (t) => {
        const { page, problems } = await openPage(t, browser, server.url);
        for (const model of ["poster", "reel"]) {
          const data = { model, input: { prompt: `A ${model}, slow` } };
          assert.equal((await page.request.post(`${server.url}/api/generations/`, { data })).status(), 202);
        }
        // The form resumes what is in progress when it is mounted.
        await page.reload();
        const generations = page.getByRole("region", { name: "Your generations" });
        for (const model of ["poster", "reel"]) {
          await generations.getByRole("progressbar", { name: `Progress of A ${model}, slow` }).waitFor();
        }
        for (const model of ["poster", "reel"]) {
          await generations.getByRole("button", { name: `Cancel A ${model}, slow` }).click();
        }
        await generations.getByText("Canceled").nth(1).waitFor();
        assert.deepEqual(problems, []);
      });

      test("insufficient credits are shown with both numbers, and the prompt stays", async (t) => {
        const { page } = await openPage(t, browser, server.url);
        for (const prompt of ["One", "Two"]) assert.equal((await post(page, { prompt, size: 1024 })).status(), 202);
        await page.reload();
        await page.getByText("You have 4 credits.").waitFor();
        await page.getByLabel("Large").check();
        await posterPage(page).submit("One too many");
        await page.getByRole("alert").getByText("This costs 8 credits, and you have 4.").waitFor();
        assert.equal(await page.getByLabel("Prompt").inputValue(), "One too many");
      });

      test("a small screen with a keyboard is enough to submit, cancel and navigate", async (t) => {
        const { page } = await openPage(t, browser, server.url, { viewport: { width: 360, height: 640 } });
        await page.getByText("You have 20 credits.").waitFor();
        await page.getByLabel("Prompt").focus();
        await page.keyboard.type("A harbour, slow");
        for (const key of ["Tab", "ArrowDown", "Tab", "Enter"]) await page.keyboard.press(key);
        await page.getByText("You have 12 credits.").waitFor();
        await posterPage(page).progressOf("A harbour, slow").waitFor();
        await posterPage(page).viewHistory.waitFor();
        // The focus is still on the submit button. The next one cancels, and the toast does not cover it.
        const cancel = page.getByRole("button", { name: "Cancel" });
        await cancel.waitFor();
        await page.keyboard.press("Tab");
        assert.equal(await topmostAtFocus(cancel), "Cancel");
        await page.keyboard.press("Enter");
        await page.getByText("Canceled").waitFor();
        await posterPage(page).viewHistory.waitFor({ state: "detached" });
        for (const name of ["Posters", "About", "History"] as const) {
          await posterPage(page).walkTo(name);
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
        }
      });
    });
  }

  describe("a server without a worker", () => {
    let server: NextServer;

    before(async () => {
      server = await startNextServer("request");
    });
    after(() => server.stop());

    test("stops work without visitors, and continues at the next visit", async (t) => {
      const { page } = await openPage(t, browser, `${server.url}/about`);
      const context = page.context();
      // Before the submit: an open page does the work, and on a slow machine the server would notice its end too late.
      await page.close();
      const { generation } = await (await post(page, { prompt: "A city at night" })).json();
      // A worker would need three seconds.
      await pause(8_000);
      const visit = await context.request.get(`${server.url}/api/generations/${generation.id}`);
      assert.equal((await visit.json()).generation.status, "processing");

      const again = await context.newPage();
      await again.goto(`${server.url}/history`);
      assert.equal(await naturalWidth(again.getByRole("img", { name: "A city at night" })), 512);
    });
  });
});
