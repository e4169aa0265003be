import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright";
import { startProcess } from "./start-process.ts";
import { checkRoutes, createStarter, openBrowser, productionCommand, useAccounts } from "./starter.ts";

// Follows `docs/nextjs-accounts.md` in an empty folder, and runs the app as in production. Four things differ from the page:
// the version of `create-next-app`, which `package.json` pins; its linter; the packages, which are packed; and the port, which
// is a free one.
const app = join(import.meta.dirname, "posters");

describe("the starter for Next.js", { concurrency: 1 }, () => {
  let browser: Browser;

  before(async () => {
    createStarter((commands) =>
      // The next `npm install` also installs the dependencies of the template. No test runs its linter.
      commands.replace("create-next-app@latest posters", "create-next-app posters --skip-install --no-eslint"),
    );
    browser = await openBrowser();
  });
  after(() => browser.close());

  const start = () =>
    startProcess(["sh", "-c", "exec node_modules/.bin/next start -H 127.0.0.1 -p 0"], {
      cwd: app,
      env: { NEXT_TELEMETRY_DISABLED: "1", NEXT_MANUAL_SIG_HANDLE: "true" },
      ready: /Local:\s+http:\/\/127\.0\.0\.1:(\d+)[\s\S]*Ready/,
    });

  test("next start serves the built page: each user has credits and a history of their own", async () => {
    assert.equal(productionCommand, "npm run build && NEXT_MANUAL_SIG_HANDLE=true node_modules/.bin/next start\n");
    execFileSync("npm", ["run", "build"], { cwd: app, stdio: "inherit" });
    const server = await start();
    await checkRoutes(server.url);
    await useAccounts(browser, `${server.url}/posters`);
    assert.doesNotMatch(server.output(), /^\s*(?:⨯|Error:)/m);
    assert.equal(await server.stop("SIGTERM"), 0, "instrumentation.ts drains the worker at SIGTERM");
  });

  test("the HTML of the server shows a user's credits and history", async () => {
    const server = await start();
    const signedIn = await fetch(`${server.url}/api/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{ "user": "Ann B" }',
    });
    const [cookie = ""] = signedIn.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
    const html = await (await fetch(`${server.url}/posters`, { headers: { cookie } })).text();
    assert.match(html, /146<!-- --> credits|146 credits/);
    assert.match(html, /<img[^>]+alt="a red fox"/);
    assert.equal(await server.stop("SIGTERM"), 0);
  });

  test("doctor finds nothing", () => {
    execFileSync("npx", ["safelight", "doctor"], { cwd: app, stdio: "inherit" });
  });
});
