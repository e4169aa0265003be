import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, rmSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { parseEnv } from "node:util";
import type { Browser } from "playwright";
import { freePort } from "./free-port.ts";
import { startClock, stopClock } from "./quick-start.ts";
import { installedVersions } from "./smoke-record.ts";
import { startProcess } from "./start-process.ts";
import { checkRoutes, createStarter, makePoster, openBrowser, productionCommand, useAccounts } from "./starter.ts";

// Follows `docs/express-accounts.md` in an empty folder. Two things differ from the page: the packages are packed, and the
// port is a free one.
const app = join(import.meta.dirname, "posters");

describe("the starter for Express", { concurrency: 1 }, () => {
  let browser: Browser;

  before(async () => {
    startClock();
    createStarter();
    browser = await openBrowser();
  });
  after(() => browser.close());

  const start = async (script: string, variables: Readonly<Record<string, string>> = {}) =>
    startProcess(["npm", "run", script], { cwd: app, env: { ...variables, PORT: await freePort() } });

  test("npm run dev serves the page and the API from one port", async () => {
    const server = await start("dev");
    await makePoster(browser, server.url);
    stopClock(installedVersions(["express", "vite"], app));
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const network = addresses.find(({ family, internal }) => family === "IPv4" && !internal);
    const { port } = new URL(server.url);
    if (network !== undefined)
      await assert.rejects(fetch(`http://${network.address}:${port}/`), "the network connects");
    assert.doesNotMatch(server.output(), /Restarting/, "a file that Vite writes restarts the server");
    server.killGroup();
  });

  test("npm start serves the built page: each user has credits and a history of their own", async () => {
    assert.equal(productionCommand, "npm run build && npm start\n");
    // The users of the development server have other credits.
    for (const file of ["safelight.db", "safelight.db-wal", "safelight.db-shm"])
      rmSync(join(app, file), { force: true });
    execFileSync("npm", ["run", "build"], { cwd: app, stdio: "inherit" });
    // As a host of containers runs it: with the variables, and without the file.
    const file = join(app, ".env");
    const { SAFELIGHT_SECRET = "", SESSION_SECRET = "" } = parseEnv(readFileSync(file, "utf8"));
    renameSync(file, `${file}.away`);
    const server = await start("start", { SAFELIGHT_SECRET, SESSION_SECRET });
    renameSync(`${file}.away`, file);
    await checkRoutes(server.url);
    await useAccounts(browser, server.url);
    assert.equal(await server.stop("SIGTERM"), 0, "server.ts drains the worker at SIGTERM");
  });

  test("doctor finds nothing", () => {
    execFileSync("npx", ["safelight", "doctor"], { cwd: app, stdio: "inherit" });
  });
});
