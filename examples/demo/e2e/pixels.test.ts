import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { studioOf } from "./studio.ts";

/** How many pictures are timed. `PIXELS=100` is what the documentation tells of. */
const pictures = Number(process.env.PIXELS ?? 5);

let server: DemoServer;
let browser: Browser;

const maxMs = 500;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 150, grant: 10_000 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("a picture is in the page soon after its generation has ended on the server", async (t) => {
  const context = await newContext(t, browser);
  // By the clock of this machine, which is the server's.
  await context.addInitScript(() => {
    const shownAt: Record<string, number> = {};
    Object.assign(globalThis, { shownAt });
    const note = ({ target }: Event): void => {
      if (target instanceof HTMLImageElement) shownAt[target.alt] ??= Date.now();
    };
    document.addEventListener("load", note, true);
  });
  const { page, problems } = await openPage(context, server.url);
  await page.getByRole("link", { name: /credits left$/ }).waitFor();
  const delays: number[] = [];
  for (let index = 0; index < pictures; index += 1) {
    const prompt = `Picture ${index}`;
    const response = await page.request.post(`${server.url}/api/generations`, {
      data: { model: "demo", input: { prompt, steps: 2, size: 256 } },
    });
    const { generation } = (await response.json()) as { generation: { id: string } };
    await studioOf(page).picture(prompt).waitFor();
    const shown = await page.waitForFunction(
      // The script above put it there.
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
  t.diagnostic(`settled to pixels, of ${pictures}: p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, most ${at(1)} ms`);
  // What is told comes within some fifty milliseconds, also on a busy machine within this; what is asked for does not.
  assert.ok(at(0.5) <= maxMs, `p50 ${at(0.5)} ms`);
  // Asked for before the page is drawn anew, not by what is drawn.
  const askedBy = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(({ name }) => name.includes("/outputs/") && !name.includes("thumbnail"))
      .map((entry) => (entry instanceof PerformanceResourceTiming ? entry.initiatorType : "")),
  );
  assert.deepEqual(new Set(askedBy), new Set(["link"]));
  assert.deepEqual(problems, []);
});
