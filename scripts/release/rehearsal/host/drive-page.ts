import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { chromium } from "playwright";
import { safelight } from "./readme/safelight.ts";

// Serves the bundled page and the router, clicks the button in a browser, and waits for the image.
const script = await readFile("page.js", "utf8");
const app = new Hono()
  .route("/api/generations", safelight.app)
  .get("/page.js", (context) => context.body(script, 200, { "content-type": "text/javascript" }))
  .get("/", (context) => context.html('<!doctype html><body><script type="module" src="/page.js"></script>'));
const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
await once(server, "listening");
const address = server.address();
assert(typeof address === "object" && address !== null);
safelight.worker.start();

const executablePath = process.env.CHROMIUM_PATH;
assert(executablePath !== undefined, "Set CHROMIUM_PATH to a Chromium.");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await page.goto(`http://127.0.0.1:${address.port}/`);
  await page.getByRole("button").click();
  const width = await page
    .locator("img")
    .evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth));
  assert(width >= 512, `The image is ${width} pixels wide.`);
  assert.deepEqual(errors, []);
} finally {
  await browser.close();
  server.close();
  await safelight.close();
}
process.exit(0);
