import assert from "node:assert/strict";
import { after, before, type TestContext, test } from "node:test";
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright";
import { violationsOf } from "./axe.ts";
import { launchBrowser, newContext, openPage } from "./browser.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { coveringLabelsOf, overflowOf, wideTablesOf } from "./page-layout.ts";
import { visitorOf } from "./visitor.ts";

let server: DemoServer;
let browser: Browser;
let session: Awaited<ReturnType<BrowserContext["cookies"]>>;

/** Generations with these ends. */
let completed: string;
let failed: string;

before(async () => {
  [server, browser] = await Promise.all([startDemoServer({ stepMs: 100 }), launchBrowser()]);
  const context = await browser.newContext();
  const visitor = visitorOf(context, server.url);
  completed = await visitor.submit({ prompt: "A mill" });
  failed = await visitor.submit({ prompt: "A forbidden garden fail:policy" });
  await visitor.waitForEnds([completed, failed]);
  const [link = ""] = /http:\S+\/admin\/sign-in\S+/.exec(server.startupMessage) ?? [];
  const page = await context.newPage();
  const checked = await context.request.head(link);
  assert.equal(checked.status(), 200);
  assert.equal(checked.headers()["set-cookie"], undefined, "HEAD does not use up a link");
  await page.goto(link);
  assert.equal(new URL(page.url()).pathname, "/admin");
  session = await context.cookies(`${server.url}/admin`);
  const again = await browser.newContext();
  const used = await again.request.get(link);
  assert.equal(used.status(), 410, "a link works once");
  assert.match(await used.text(), /was used, or it is older than 10 minutes[\s\S]*start the demo again/);
  for (const unknown of ["", "?link=", "?link=x"])
    assert.equal((await again.request.get(`${server.url}/admin/sign-in${unknown}`)).status(), 404);
  assert.equal((await again.request.get(`${server.url}/admin`)).status(), 404);
  await again.close();
  await context.close();
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

async function signIn(t: TestContext, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await newContext(t, { browser, ...options });
  await context.addCookies(session);
  return context;
}

const paths = () => [
  "/admin",
  "/admin/generations",
  "/admin/generations?q=model:none",
  `/admin/generations/${completed}`,
  `/admin/generations/${failed}`,
  "/admin/accounts",
  "/admin/money",
  "/admin/vendors",
  "/admin/deliveries",
  "/admin/files",
  `/admin/files?sha256=${"0".repeat(64)}`,
  "/admin/actions",
  "/admin/actions?action=audit&actor=none",
  "/admin/audit",
  "/admin/nothing",
];

// The theme changes colors only, and the width the layout only: in the other theme, axe checks the contrast alone.
for (const [colorScheme, width] of [
  ["light", 1_440],
  ["dark", 390],
] as const) {
  test(`each operator page fits ${width} px, and axe finds nothing in the ${colorScheme} theme`, async (t) => {
    const context = await signIn(t, { colorScheme, viewport: { width, height: 900 } });
    const { page, problems } = await openPage(context, `${server.url}/admin`);
    for (const path of paths()) {
      await page.goto(server.url + path);
      await page.getByRole("main").waitFor();
      assert.deepEqual(await violationsOf(page), [], path);
      await page.emulateMedia({ colorScheme: colorScheme === "light" ? "dark" : "light" });
      assert.deepEqual(await violationsOf(page, ["color-contrast"]), [], `${path} in the other theme`);
      await page.emulateMedia({ colorScheme });
      assert.equal(await overflowOf(page), 0, path);
      for (const smaller of width < 1_280 ? [width] : [width, 1_280]) {
        await page.setViewportSize({ width: smaller, height: 900 });
        assert.deepEqual(await wideTablesOf(page), [], `${path} at ${smaller} px`);
      }
      await page.setViewportSize({ width, height: 900 });
      if (width < 600) assert.deepEqual(await coveringLabelsOf(page), [], path);
    }
    assert.deepEqual(problems, []);
  });
}

test("a dropped or chosen file is hashed in the browser, and not uploaded", async (t) => {
  const context = await signIn(t);
  const { page, problems } = await openPage(context, `${server.url}/admin/generations/${completed}`);
  await page.locator("summary", { hasText: /^Reveal v/ }).click();
  await page.getByLabel("Reason").locator("visible=true").fill("to look it up");
  await page.keyboard.press("Enter");
  const url = await page.locator(".outputs a").getAttribute("href");
  const file = await (await context.request.get(new URL(url ?? "", server.url).href)).body();
  const methods: string[] = [];
  page.on("request", (request) => methods.push(request.method()));
  await page.goto(`${server.url}/admin/files`);
  await page.getByLabel("File").setInputFiles({ name: "mill.png", mimeType: "image/png", buffer: file });
  await page.getByRole("main").getByRole("link", { name: completed }).waitFor();
  await page.getByRole("main").evaluate((main) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["another file"], "other.png"));
    main.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  });
  await page.getByRole("main").getByText("No output is this file").waitFor();
  assert.deepEqual([...new Set(methods)], ["GET"]);
  assert.deepEqual(problems, []);
});

test("the keyboard alone opens a generation, reveals it, refunds it, and returns to the list with its search", async (t) => {
  const context = await signIn(t);
  const { page, problems } = await openPage(context, `${server.url}/admin/generations`);
  await page.keyboard.press("/");
  await page.keyboard.type("status:completed");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=status/);
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).getByText("Act on selected").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  const box = page.getByRole("checkbox");
  await page.keyboard.press("x");
  assert.equal(await box.isChecked(), true);
  await page.keyboard.press("x");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/generations/${completed}`);
  await page.keyboard.press("f");
  await page.getByLabel("Credits").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.getByLabel("Credits").isVisible(), false);
  for (const [key, done] of [
    ["f", "“Refund” was applied"],
    ["v", "A mill"],
  ] as const) {
    await page.keyboard.press(key);
    await page.getByLabel("Reason").locator("visible=true").focus();
    await page.keyboard.type("ticket 7");
    await page.keyboard.press("Enter");
    await page.getByRole("main").getByText(done).waitFor();
  }
  const image = page.getByRole("img", { name: "Output 0" });
  await image.scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>(".outputs img")?.naturalWidth !== 0);
  await page.keyboard.press("Escape");
  await page.waitForURL(/\?q=status.*#gen_/);
  assert.match((await page.locator(":focus").textContent()) ?? "", new RegExp(completed));
  await page.goto(`${server.url}/admin/actions`);
  assert.equal(await page.getByRole("cell", { name: "ticket 7" }).count(), 2);
  assert.deepEqual(problems, []);
});

test("a page that cannot refresh shows since when, and continues by itself", async (t) => {
  const context = await signIn(t);
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${server.url}/admin`);
  const notice = page.locator("#notice");
  assert.equal(await notice.isVisible(), false);
  let response: object | "offline" | null = null;
  await page.route("**/admin", async (route) => {
    if (response === "offline") await route.abort();
    else if (response === null) await route.continue();
    else await route.fulfill({ ...response, body: "" });
  });
  for (const [next, text] of [
    [{ status: 503 }, "the server responded with 503"],
    [{ status: 302, headers: { location: "/sign-in" } }, "you are signed out"],
    [{ status: 409 }, "the server responded with 409"],
    [{ status: 404 }, "you are signed out, or the server no longer knows you. Sign in again"],
    ["offline", "the server cannot be reached"],
  ] as const) {
    response = next;
    await page.clock.runFor(5_000);
    await notice.getByText(text).waitFor();
    assert.match((await notice.textContent()) ?? "", /^Not updated since \d\d:\d\d:\d\d: /);
  }
  assert.deepEqual(await violationsOf(page), []);
  response = null;
  await page.clock.runFor(5_000);
  await notice.waitFor({ state: "hidden" });
});

test("a live list gets new rows, and keeps the ticks, the focus and the typed text", async (t) => {
  const context = await signIn(t);
  const visitor = visitorOf(await newContext(t, { browser }), server.url);
  const slow = await visitor.submit({ prompt: "A slow mill", steps: 30 });
  const { page, problems } = await openPage(context, "about:blank");
  await page.clock.install();
  await page.goto(`${server.url}/admin/generations?q=status:pending,processing`);
  const notice = page.locator("#notice");
  const main = page.getByRole("main");
  await page.getByLabel("Filter").fill("status:fai");
  const box = page.getByLabel(`Select ${slow}`);
  await box.check();
  await main.getByText("1 selected").waitFor();
  await main.getByRole("link", { name: slow }).focus();
  const other = await visitor.submit({ prompt: "Another slow mill", steps: 30 });
  await page.clock.runFor(5_000);
  await main.getByRole("link", { name: other }).waitFor();
  assert.equal(await box.isChecked(), true);
  assert.equal(await page.locator(":focus").textContent(), slow);
  assert.equal(await page.getByLabel("Filter").inputValue(), "status:fai");
  assert.equal(await notice.isVisible(), false);

  // A ticked row that the list no longer has stays until it is cleared.
  await visitor.cancel(slow);
  await visitor.cancel(other);
  await visitor.waitForEnds([slow, other]);
  await page.clock.runFor(5_000);
  await notice.getByText("no longer has a row or a form that you use").waitFor();
  await main.getByRole("link", { name: other }).waitFor({ state: "detached" });
  assert.equal(await box.isChecked(), true);
  await box.uncheck();
  await box.blur();
  await page.clock.runFor(5_000);
  await box.waitFor({ state: "detached" });
  await main.getByText("No generation matches").waitFor();
  await notice.waitFor({ state: "hidden" });
  assert.deepEqual(problems, []);
});

test("a generation is updated around an open form, which keeps its text and the focus", async (t) => {
  const context = await signIn(t);
  const visitor = visitorOf(await newContext(t, { browser }), server.url);
  const slow = await visitor.submit({ prompt: "A slow mill", steps: 30 });
  const { page, problems } = await openPage(context, "about:blank");
  await page.clock.install();
  await page.goto(`${server.url}/admin/generations/${slow}`);
  await page.keyboard.press("e");
  await page.keyboard.type("it han");
  await visitor.cancel(slow);
  await visitor.waitForEnds([slow]);
  await page.clock.runFor(5_000);
  await page.locator(".facts .status.canceled").waitFor();
  await page.keyboard.type("gs");
  assert.equal(await page.getByLabel("Reason").locator("visible=true").inputValue(), "it hangs");
  await page.locator("#notice").getByText("no longer has a row or a form that you use").waitFor();
  await page.locator("summary", { hasText: "Retry for the owner" }).waitFor();
  // The page of an ended generation is not live, but the form goes away once it is closed.
  await page.keyboard.press("Escape");
  await page.clock.runFor(5_000);
  await page.locator("summary", { hasText: /^End/ }).waitFor({ state: "detached" });
  await page.locator("#notice").waitFor({ state: "hidden" });
  assert.deepEqual(problems, []);
});

test("a form that cannot be sent keeps its text, and works after a new sign-in", async (t) => {
  const context = await signIn(t);
  const { page, problems } = await openPage(context, `${server.url}/admin/audit`);
  const reason = page.getByLabel("Reason");
  const notice = page.locator("#notice");
  await reason.fill("a long explanation");
  await context.setOffline(true);
  await page.keyboard.press("Enter");
  await notice.getByText("Not sent: the server cannot be reached. The form is kept.").waitFor();
  await context.setOffline(false);
  await context.clearCookies();
  await page.keyboard.press("Enter");
  await notice.getByText("Not sent: you are signed out").waitFor();
  assert.equal(await reason.inputValue(), "a long explanation");
  await context.addCookies(session);
  await page.keyboard.press("Enter");
  await page.getByRole("main").getByText("The ledger is consistent").waitFor();
  assert.deepEqual(problems, []);
});

test("an adjustment above the limit is typed again before it can be sent", async (t) => {
  const { page } = await openPage(await signIn(t), `${server.url}/admin/generations/${completed}`);
  await page.locator('.facts a[href*="/accounts?id="]').click();
  await page.waitForURL(/accounts/);
  await page.keyboard.press("a");
  const again = page.getByLabel("Credits again");
  await page.keyboard.type("20000");
  const isValid = (input: HTMLInputElement) => input.checkValidity();
  await again.fill("2000");
  assert.equal(await again.evaluate(isValid), false);
  await again.fill("20000");
  assert.equal(await again.evaluate(isValid), true);
});

test("works without JavaScript", async (t) => {
  const context = await signIn(t, { javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${server.url}/admin/audit`);
  await page.getByLabel("Reason").fill("weekly");
  await page.getByRole("button", { name: "Run the audit" }).click();
  await page.getByRole("main").getByText("The ledger is consistent").waitFor();
});
