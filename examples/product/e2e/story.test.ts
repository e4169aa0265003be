import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { type Browser, type BrowserContextOptions, chromium, type Page, type Route } from "playwright";
import { fernpostPage, naturalWidth } from "./fernpost-page.ts";
import { password } from "./member.ts";
import { startProduct, type TestedProduct } from "./start-product.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Folder for screenshots; none are taken without it. */
const screenshots = process.env.SCREENSHOTS;

describe("the product in a browser", () => {
  let product: TestedProduct;
  let browser: Browser;

  before(async () => {
    product = await startProduct();
    const executablePath = process.env.CHROMIUM_PATH;
    browser = await chromium.launch({
      args: ["--no-sandbox", "--disable-gpu"],
      ...(executablePath && { executablePath }),
    });
  });
  after(async () => {
    await browser.close();
    await product.stop();
  });

  test("from a guest's first postcard to a charge-back", async () => {
    const { events, payments } = product.stripe;
    const { page, problems } = await open({ viewport: { width: 1200, height: 800 } });
    const fernpost = fernpostPage(page);
    const guestPrompt = "A lighthouse on a moon";
    await page.getByText("No postcards yet.").waitFor();
    await checkPage(page, "visitor");
    await fernpost.paint(guestPrompt);
    await page.getByRole("progressbar", { name: "Progress of the postcard" }).waitFor();
    await checkPage(page, "painting");
    assert((await naturalWidth(fernpost.card(guestPrompt))) > 0);
    await hasCredits(page, 2);

    await page.getByRole("button", { name: "Create an account" }).click();
    await checkPage(page, "sign-up");
    await fernpost.fillSignIn("ida@example.com", password);
    await page.getByRole("button", { name: "Create account" }).click();
    // The free credits that the guest has left do not move: the account has its own.
    await hasCredits(page, 6);
    assert((await naturalWidth(fernpost.card(guestPrompt))) > 0, "the guest's postcard stays");
    await page.getByRole("button", { name: "Account" }).waitFor();

    await fernpost.paint("A market in the clouds");
    await naturalWidth(fernpost.card("A market in the clouds"));
    await hasCredits(page, 2);
    await fernpost.paint("A station under the sea");
    await fernpost.dialog("Buy credits").getByText("You need 2 more credits for this postcard.").waitFor();
    await checkPage(page, "shop");

    // The redirect comes before the events.
    events.holdsEvents = true;
    await page.getByRole("button", { name: "$5.00" }).click();
    await page.getByRole("button", { name: "Pay" }).click();
    await page.getByText("Thank you! Your credits arrive in a moment.").waitFor();
    await hasCredits(page, 2);
    await checkPage(page, "paid");
    await events.release();
    await hasCredits(page, 22);

    await fernpost.paint("A station under the sea");
    await naturalWidth(fernpost.card("A station under the sea"));
    await hasCredits(page, 18);
    const payment = payments.payments.at(-1);
    assert(payment !== undefined);
    await events.send("charge.dispute.funds_withdrawn", { id: "dp_1", amount: 500, payment_intent: payment.id });
    await hasCredits(page, 0);
    await checkPage(page, "gallery");

    const { internalAdapter } = await product.auth.$context;
    const ida = await internalAdapter.findUserByEmail("ida@example.com");
    assert(ida);
    assert.deepEqual(await product.grantsOf(ida.user.id), [20]);
    assert.deepEqual(await product.safelight.audit(), []);
    assert.deepEqual([...new Set(events.responses)], [200]);
    assert.deepEqual(problems, []);
  });

  test("signs in one guest for a double click, whose postcard stays on the page", async () => {
    const { page } = await open({});
    const fernpost = fernpostPage(page);
    const signIns: Route[] = [];
    await page.route("**/api/auth/sign-in/anonymous", async (route) => {
      signIns.push(route);
    });
    await page.getByLabel("Describe the place").fill("A harbor on a star");
    await page.getByRole("button", { name: "Paint it" }).dblclick();
    await page.getByRole("button", { name: "Painting" }).waitFor();
    for (const route of signIns) await route.continue();
    await fernpost.card("A harbor on a star").waitFor();
    assert.equal(signIns.length, 1);
  });

  test("explains a wrong password, and shows no postcards after a sign-out", async () => {
    const { page } = await open({});
    const fernpost = fernpostPage(page);
    await page.getByRole("button", { name: "Sign in" }).click();
    await fernpost.fillSignIn("ida@example.com", "wrong password");
    await fernpost.dialog("Sign in").getByRole("button", { name: "Sign in" }).click();
    await page.getByText("The address or the password is wrong.").waitFor();
    await fernpost.fillSignIn("ida@example.com", password);
    await page.keyboard.press("Enter");
    await fernpost.card("A lighthouse on a moon").waitFor();
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("No postcards yet.").waitFor();
    assert.equal(await page.getByRole("img").count(), 0);
  });

  test("fits a narrow phone in the dark, by keyboard and for a screen reader", async () => {
    const { page } = await open({ viewport: { width: 320, height: 640 }, colorScheme: "dark" });
    const fernpost = fernpostPage(page);
    await page.getByRole("button", { name: "Sign in" }).click();
    await fernpost.fillSignIn("ida@example.com", password);
    await page.keyboard.press("Enter");
    await fernpost.card("A lighthouse on a moon").waitFor();
    await checkPage(page, "phone");
    await fernpost.credits.click();
    await fernpost.dialog("Buy credits").waitFor();
    await checkPage(page, "phone-shop");
    await page.keyboard.press("Escape");
    await fernpost.dialog("Buy credits").waitFor({ state: "detached" });
  });

  async function open(options: BrowserContextOptions): Promise<{ page: Page; problems: readonly string[] }> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    await page.goto(product.url);
    return { page, problems };
  }
});

async function hasCredits(page: Page, credits: number): Promise<void> {
  await fernpostPage(page).credits.getByText(String(credits), { exact: true }).waitFor();
}

/** Fails if the page is wider than its window, or has a violation of axe. Takes a screenshot if a folder is set. */
async function checkPage(page: Page, name: string): Promise<void> {
  if (screenshots !== undefined) await page.screenshot({ path: `${screenshots}/${name}.png` });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert(overflow <= 0, `${name} is ${overflow} pixels wider than the window`);
  await page.evaluate(axe);
  const violations = await page.evaluate(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes.map(({ html }) => html)))",
  );
  assert.deepEqual(violations, [], name);
}
