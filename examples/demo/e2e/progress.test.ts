import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { studioOf } from "./studio.ts";
import { visitorOf } from "./visitor.ts";

let server: DemoServer;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 400 }), launchBrowser()]);
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test("the bar and the remaining time agree for a generation that takes much longer than earlier ones", async (t) => {
  const context = await newContext(t, { browser });
  const { page } = await openPage(context, server.url);
  const visitor = visitorOf(context, server.url);
  for (let run = 0; run < 3; run += 1) {
    await visitor.waitForEnds([await visitor.submit({ prompt: "A short pier", steps: 6 })]);
  }
  const studio = studioOf(page);
  await studio.submit("A long pier slow");
  // Both texts of one render.
  const shown = await page.waitForFunction(() => {
    const status = document.querySelector(".tray-status")?.textContent ?? "";
    const percent = /(\d+)%/.exec(status)?.[1];
    const clock = /(\d+):(\d\d)/.exec(status);
    const left = /about (\d+) seconds left/.exec(status)?.[1];
    if (percent === undefined || clock === null || left === undefined || Number(left) < 15) return null;
    return { percent: Number(percent), elapsed: Number(clock[1]) * 60 + Number(clock[2]), left: Number(left) };
  });
  const state = (await shown.jsonValue()) ?? assert.fail("The tray shows no estimate.");
  const expected = (100 * state.elapsed) / (state.elapsed + state.left);
  t.diagnostic(JSON.stringify({ ...state, expected: Math.round(expected) }));
  assert.ok(Math.abs(state.percent - expected) <= 15, JSON.stringify({ ...state, expected }));
});
