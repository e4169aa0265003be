import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { chromium } from "playwright";

const build = join(import.meta.dirname, "..", "build");

test("shows a poster and the balance in two pages, also of a submit before hydration", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "posters-"));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const server = spawn(process.execPath, [build], {
    cwd: folder,
    env: { ...process.env, PORT: port, ORIGIN: url, SAFELIGHT_SECRET: "a secret of the tests, and of nothing else" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await Promise.race([once(server.stdout, "data"), once(server, "exit").then(() => assert.fail("the server exited"))]);
  const executablePath = process.env.CHROMIUM_PATH;
  const browser = await chromium.launch({ args: ["--no-sandbox"], ...(executablePath && { executablePath }) });
  t.after(async () => {
    // Close the browser first, because the server waits for open streams when it stops.
    await browser.close();
    const exit = once(server, "exit");
    server.kill("SIGTERM");
    await exit;
    rmSync(folder, { recursive: true, force: true });
  });
  const open = async () => {
    const page = await (await browser.newContext({ viewport: { width: 360, height: 640 } })).newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(url);
    await page.getByText("10 credits").or(page.getByText("6 credits")).waitFor();
    return page;
  };

  const page = await open();
  await page.getByText("No posters yet.").waitFor();
  await page.getByLabel("Prompt").fill("A red fox");
  await page.getByRole("button", { name: "Develop" }).click();
  const other = await open();
  for (const each of [page, other]) {
    const image = each.getByRole("img", { name: "Poster: A red fox" });
    await image.waitFor();
    assert.equal(await each.getByText("A red fox", { exact: true }).count(), 1);
  }
  await page.getByText("6 credits").waitFor();

  // The second page submits before it is hydrated. The first one did not submit it.
  const scripts = Promise.withResolvers<void>();
  await other.route(/\.js$/, async (route) => {
    await scripts.promise;
    await route.continue();
  });
  await other.reload({ waitUntil: "commit" });
  await other.getByLabel("Prompt").fill("A blue fox");
  await other.getByRole("button", { name: "Develop" }).click();
  scripts.resolve();
  await page.getByRole("img", { name: "Poster: A blue fox" }).waitFor();
  await page.getByText("2 credits").waitFor();
  await page.getByLabel("Prompt").fill("A green fox");
  await page.getByRole("button", { name: "Develop" }).click();
  await page.getByText("You need 2 more credits.").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
});

/** A port that was free a moment ago: the app must know its own origin. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const address = server.address();
  server.close();
  assert(address !== null && typeof address === "object");
  return String(address.port);
}
