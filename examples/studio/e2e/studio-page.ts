import assert from "node:assert/strict";
import type { Browser, BrowserContext, Locator, Page } from "playwright";
import { violationsOf } from "../../demo/e2e/axe.ts";

/** Only a page that hangs reaches it, in milliseconds. */
const timeoutMs = 120_000;

/** Passwords of all test users. */
export const password = "a password of a test";

/** A browser of its own, with the studio in one page. */
export class StudioPage {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Uncaught exceptions, and violations of the content policy. */
  readonly problems: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on("pageerror", ({ message }) => this.problems.push(message));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) this.problems.push(message.text());
    });
  }

  static async open(browser: Browser, url: string): Promise<StudioPage> {
    const context = await browser.newContext({ baseURL: url, reducedMotion: "reduce" });
    context.setDefaultTimeout(timeoutMs);
    const studio = new StudioPage(context, await context.newPage());
    await studio.page.goto("/");
    return studio;
  }

  async signUp(name: string, email: string): Promise<void> {
    await this.page.getByRole("button", { name: "New here? Create an account" }).click();
    await this.page.getByLabel("Name").fill(name);
    await this.#enter(email, password);
    await this.page.getByRole("button", { name: "Create an account" }).click();
    await this.page.getByLabel("Pages").waitFor();
  }

  async signIn(email: string, secret: string): Promise<void> {
    await this.#enter(email, secret);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  /** Follows a link of the header. */
  async visit(name: "Create" | "Collections" | "Team" | "Credits"): Promise<void> {
    await this.page.getByLabel("Pages").getByRole("link", { name }).click();
    await this.page.getByRole("heading", { name, level: 1 }).waitFor();
  }

  async generate(prompt: string): Promise<void> {
    await this.page.getByLabel("Prompt", { exact: true }).fill(prompt);
    await this.page.getByRole("button", { name: /^Generate/ }).click();
  }

  /** The card of a prompt, in a status. */
  card(prompt: string, status: string): Locator {
    return this.page.locator(`[data-slot=generation-card][data-status=${status}]`).filter({ hasText: prompt });
  }

  /** Waits for a balance in the header. */
  async hasCredits(credits: number): Promise<void> {
    await this.page
      .locator("[data-slot=credits-badge]")
      .filter({ hasText: `${credits} credits` })
      .waitFor();
  }

  /** No violation of axe in both themes, and no horizontal scrolling, also on a narrow phone. */
  async isAccessible(name: string): Promise<void> {
    for (const colorScheme of ["light", "dark"] as const) {
      await this.page.emulateMedia({ colorScheme });
      assert.deepEqual(await violationsOf(this.page), [], `${name}, ${colorScheme}`);
    }
    const before = this.page.viewportSize();
    await this.page.setViewportSize({ width: 320, height: 700 });
    const overflow = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert(overflow <= 0, `${name} is ${overflow} pixels wider than a phone`);
    if (before !== null) await this.page.setViewportSize(before);
  }

  async #enter(email: string, secret: string): Promise<void> {
    await this.page.getByLabel("E-mail").fill(email);
    await this.page.getByLabel("Password").fill(secret);
  }
}
