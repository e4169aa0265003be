import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { type BrowserContext, chromium, type Page } from "playwright";
import { findChromium } from "../../../scripts/find-chromium.ts";
import { flags } from "./browser.ts";

/** A Chromium with the page lifecycle that users have. */
export interface PlainBrowser {
  readonly context: BrowserContext;
  /** Opens a page in its own window, so that several pages are visible at once. */
  openWindow(): Promise<Page>;
}

/**
 * Starts the installed Chromium with a temporary profile, which is deleted after the test. A Chromium that Playwright starts
 * has no back/forward cache and treats every page as visible, so that no page can be frozen.
 */
export async function startPlainBrowser(test: TestContext): Promise<PlainBrowser> {
  const executablePath = findChromium(process.env);
  if (executablePath === null) throw new Error("Chromium not found: install it, or set CHROMIUM_PATH");
  const profile = await mkdtemp(join(tmpdir(), "safelight-chromium-"));
  const own = ["--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
  // In a process group of its own: Chromium's children outlive it for a moment, and would write the deleted profile again.
  const child = spawn(executablePath, [...flags, ...own], { stdio: ["ignore", "ignore", "pipe"], detached: true });
  test.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, "exit");
      child.kill();
      await exit;
    }
    for (let tries = 0; tries < 500 && killGroup(child.pid); tries += 1) await setTimeout(20);
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  });
  const endpoint = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const endpoint = /DevTools listening on (ws:\S+)/.exec(output)?.[1];
      if (endpoint !== undefined) resolve(endpoint);
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`Chromium exited with ${code} before it was ready:\n${output}`)));
  });
  const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true });
  const [context] = browser.contexts();
  if (context === undefined) throw new Error("Chromium has no browser context.");
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

/** Kills every process of a group, and returns whether there was one. */
function killGroup(id: number | undefined): boolean {
  if (id === undefined) return false;
  try {
    return process.kill(-id, "SIGKILL");
  } catch {
    return false;
  }
}
