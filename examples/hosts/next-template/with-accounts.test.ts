import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Browser, chromium, type Page } from "playwright";
import { startNextApp } from "./next-app.ts";
import type { ServerProcess } from "./start-process.ts";

// Follows `docs/nextjs-accounts.md` in the app that `create-app.ts` has made, after its own tests.
const here = import.meta.dirname;
const app = join(here, "posters");
const page = readFileSync(join(here, "continued.md"), "utf8");
const blockOf = (language: string) =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1] ?? "";

describe("a fresh Next app with accounts", () => {
  let browser: Browser;
  let server: ServerProcess;

  before(async () => {
    execFileSync("sh", ["-ec", blockOf("sh")], { cwd: app, stdio: "inherit" });
    cpSync(join(here, "continued"), app, { recursive: true });
    renameSync(join(app, "app/page.tsx"), join(app, "app/(documented)/page.tsx"));
    changeFile(join(app, "lib/safelight.ts"), blockOf("diff"));
    execFileSync(process.execPath, ["--run", "build"], { cwd: app, stdio: "inherit" });
    server = await startNextApp("start");
    const executablePath = process.env.CHROMIUM_PATH;
    browser = await chromium.launch({
      args: ["--no-sandbox", "--disable-gpu"],
      ...(executablePath && { executablePath }),
    });
  });
  after(async () => {
    await browser.close();
    assert.equal(await server.stop("SIGTERM"), 0);
    // Next logs reads of the clock before `connection()`.
    assert.doesNotMatch(server.output(), /^\s*(?:⨯|Error:)/m);
  });

  test("each user has credits and a history of their own", async () => {
    const visitor = await browser.newPage();
    visitor.setDefaultTimeout(120_000);
    await visitor.goto(server.url);
    await signIn(visitor, "ann");
    await visitor.getByText("ann: 100 credits").waitFor();
    await visitor.getByLabel("Prompt").fill("a red fox");
    await visitor.getByRole("button", { name: "Develop" }).click();
    await visitor.getByText("ann: 96 credits").waitFor();
    await visitor.getByRole("button", { name: "Buy 50" }).click();
    await visitor.getByText("ann: 146 credits").waitFor();
    const history = visitor.getByRole("region", { name: "History" });
    await history.getByRole("img", { name: "a red fox" }).waitFor();
    await visitor.reload();
    await history.getByRole("img", { name: "a red fox" }).waitFor();
    await visitor.getByText("ann: 146 credits").waitFor();

    await visitor.getByRole("button", { name: "Sign out" }).click();
    await signIn(visitor, "ben");
    await visitor.getByText("ben: 100 credits").waitFor();
    await history.getByText("No posters yet.").waitFor();
    assert.equal(await visitor.getByRole("img").count(), 0);
  });

  test("grants a payment once, and refuses callers without a valid session", async () => {
    const send = (path: string, init: RequestInit) => fetch(`${server.url}${path}`, { method: "POST", ...init });
    const signedIn = await send("/api/session", { body: '{ "user": "cleo" }' });
    const [cookie = ""] = signedIn.headers.getSetCookie().map((line) => line.split(";")[0]);
    const buy = async () => (await send("/api/buy", { headers: { cookie }, body: '{ "paymentId": "p1" }' })).json();
    assert.deepEqual([await buy(), await buy()], [{ balance: 150 }, { balance: 150 }]);
    const forged = cookie.replace(/=\w+/, `=${Buffer.from("ann").toString("base64url")}`);
    for (const wrong of ["", forged, "session=a.b.c"]) {
      const refused = await send("/api/buy", { headers: { cookie: wrong }, body: '{ "paymentId": "p2" }' });
      assert.equal(refused.status, 401);
      const active = await fetch(`${server.url}/api/generations/active`, { headers: { cookie: wrong } });
      assert.equal(active.status, 401);
    }
  });
});

async function signIn(visitor: Page, user: string): Promise<void> {
  await visitor.getByLabel("Name").fill(user);
  await visitor.getByRole("button", { name: "Sign in" }).click();
}

/** Applies the parts of a diff, which `…` divides. */
function changeFile(path: string, diff: string): void {
  let text = readFileSync(path, "utf8");
  for (const part of diff.split("…\n")) {
    const lines = part.split("\n").filter(Boolean);
    const textOf = (sign: string) => lines.flatMap((line) => (line[0] === sign ? [] : [line.slice(1)])).join("\n");
    assert(text.includes(textOf("+")), `${path} lacks the lines of the page's diff`);
    text = text.replace(textOf("+"), textOf("-"));
  }
  writeFileSync(path, text);
}
