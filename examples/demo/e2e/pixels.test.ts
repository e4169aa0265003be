import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { studioOf } from "./studio.ts";

/** Number of images. The figures in docs/watching.md use `PIXELS=60`. */
const images = Number(process.env.PIXELS ?? 5);

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 150, grant: 10_000 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("the page shows each image by the event of its completion, without a request for changes", async (t) => {
  const context = await newContext(t, { browser });
  // The page and the server share the clock of this machine.
  await context.addInitScript(() => {
    const shownAt: Record<string, number> = {};
    Object.assign(globalThis, { shownAt });
    const record = ({ target }: Event): void => {
      if (target instanceof HTMLImageElement) shownAt[target.alt] ??= Date.now();
    };
    document.addEventListener("load", record, true);
  });
  const { page, problems } = await openPage(context, server.url);
  await page.getByRole("link", { name: /credits left$/ }).waitFor();
  const reads: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() === "GET" && /\/(active|gen_[^/]*)$/.test(pathname)) reads.push(pathname);
  });
  const delays: number[] = [];
  for (let index = 0; index < images; index += 1) {
    const prompt = `Picture ${index}`;
    const response = await page.request.post(`${server.url}/api/generations`, {
      data: { model: "demo", input: { prompt, steps: 2, size: 256 } },
    });
    const { generation } = (await response.json()) as { generation: { id: string } };
    await studioOf(page).image(prompt).waitFor();
    const shown = await page.waitForFunction(
      // The script above defines it.
      (name) => (globalThis as unknown as { shownAt: Record<string, number> }).shownAt[name],
      prompt,
    );
    const shownAt = Number(await shown.jsonValue());
    const ended = await page.request.get(`${server.url}/api/generations/${generation.id}`);
    const { finishedAt } = ((await ended.json()) as { generation: { finishedAt: string } }).generation;
    delays.push(shownAt - Date.parse(finishedAt));
  }
  delays.sort((left, right) => left - right);
  const at = (part: number): number => delays[Math.floor((delays.length - 1) * part)] ?? Number.NaN;
  t.diagnostic(`settled → pixels, ${images} images: p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, max ${at(1)} ms`);
  assert.deepEqual(reads, []);
  // The image is preloaded before the next render, not requested by the rendered element.
  const initiators = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(({ name }) => name.includes("/outputs/") && !name.includes("thumbnail"))
      .map((entry) => (entry instanceof PerformanceResourceTiming ? entry.initiatorType : "")),
  );
  assert.deepEqual(new Set(initiators), new Set(["link"]));
  assert.deepEqual(problems, []);
});
