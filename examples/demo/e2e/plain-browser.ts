import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type BrowserContext, chromium, type Page } from "playwright";
import { findChromium } from "../../../scripts/find-chromium.ts";
import { flags } from "./browser.ts";

/** A Chromium that treats its pages as it does those of a user. */
export interface PlainBrowser {
  readonly context: BrowserContext;
  /** A page in a window of its own, so that it is in sight beside the others. */
  openWindow(): Promise<Page>;
}

/**
 * Starts this machine's own Chromium with a profile of its own, gone with the test. One that Playwright starts keeps no
 * page for going back to it, and takes each page for one that is looked at: a page in sight cannot be frozen.
 */
export async function startPlainBrowser(test: TestContext): Promise<PlainBrowser> {
  const executablePath = findChromium(process.env);
  if (executablePath === null) throw new Error("no Chromium was found: install one, or set CHROMIUM_PATH");
  const profile = await mkdtemp(join(tmpdir(), "safelight-chromium-"));
  const own = ["--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
  const child = spawn(executablePath, [...flags, ...own], { stdio: ["ignore", "ignore", "pipe"] });
  test.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, "exit");
      child.kill();
      await exit;
    }
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  });
  const endpoint = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const said = /DevTools listening on (ws:\S+)/.exec(output)?.[1];
      if (said !== undefined) resolve(said);
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`Chromium ended with ${code} before it was ready:\n${output}`)));
  });
  const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true });
  const [context] = browser.contexts();
  if (context === undefined) throw new Error("Chromium has no profile.");
  const session = await browser.newBrowserCDPSession();
  return {
    context,
    openWindow: async () => {
      const [page] = await Promise.all([
        context.waitForEvent("page"),
        session.send("Target.createTarget", { url: "about:blank", newWindow: true }),
      ]);
      return page;
    },
  };
}
