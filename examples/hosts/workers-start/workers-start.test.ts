import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free-port.ts";
import { startClock, stopClock } from "./quick-start.ts";
import { runDocumented } from "./run-documented.ts";
import { installedVersions } from "./smoke-record.ts";
import { type ServerProcess, startProcess } from "./start-process.ts";

// Follows the first part of `docs/cloudflare-workers.md` in an empty folder, block by block. Two things differ from the page:
// the packages are packed, and the port is a free one.
const here = import.meta.dirname;
const page = readFileSync(join(here, "documented.md"), "utf8");
const [install = "", serve = "", submit = "", save = "", ...others] = [
  ...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm),
].map(([, block]) => block);
const [, typeOptions = ""] = /^`tsconfig.json`:\n\n```json\n([\s\S]*?)^```$/m.exec(page) ?? [];
const { dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const empty = join(here, "empty");
const app = join(empty, "posters");
const image = join(app, "poster.png");

describe("the page for Cloudflare Workers, followed in an empty folder", () => {
  let port: string;

  before(async () => {
    mkdirSync(empty);
    cpSync(join(here, "pnpm-workspace.yaml"), join(empty, "pnpm-workspace.yaml"));
    startClock();
    // The registry has no version of the client yet, which the server requires.
    const packed = `${dependencies["@safelight/server"]} ${dependencies["@safelight/client"]}`;
    runDocumented(install.replace("@safelight/server", packed), { cwd: empty, env: process.env });
    for (const file of ["worker.ts", "sketch.ts", "wrangler.jsonc", "bindings.d.ts"]) {
      cpSync(join(here, "documented", file), join(app, file));
    }
    writeFileSync(join(app, "tsconfig.json"), typeOptions);
    port = await freePort();
  });

  test("has the commands that this test runs, and no other", () => {
    assert.equal(serve, "npx wrangler dev\n");
    assert.match(submit, /^npx tsc\ncurl -s localhost:8787\/api\/generations /);
    assert.match(save, / -o poster\.png\n$/);
    assert.deepEqual(others, []);
  });

  test("checks the types, and makes an image file", async () => {
    const server = await start();
    run(submit);
    while ((await read("?limit=1")).generations[0].status !== "completed") await sleep(500);
    run(save);
    assert(isPng());
    stopClock(installedVersions(["wrangler"], app));
    await server.stop("SIGTERM");
  });

  test("has the image and the balance after the next start", async () => {
    const server = await start();
    rmSync(image);
    run(save);
    assert(isPng());
    assert.equal((await read("/credits")).balance, 96);
    await server.stop("SIGTERM");
  });

  /** Reads as the user of the page. */
  async function read(path: string) {
    const response = await fetch(`http://localhost:${port}/api/generations${path}`, { headers: { "x-user": "ann" } });
    return response.json();
  }

  /** Runs a block of the page against the port of this test. */
  function run(commands: string): void {
    const own = commands.replaceAll("localhost:8787", `localhost:${port}`);
    execFileSync("sh", ["-ec", own], { cwd: app, stdio: "inherit" });
  }

  function start(): Promise<ServerProcess> {
    return startProcess(["sh", "-c", `exec ${serve.trim()} --port ${port}`], {
      cwd: app,
      // Without a terminal, and without a report to Cloudflare.
      env: { CI: "1", WRANGLER_SEND_METRICS: "false", XDG_CONFIG_HOME: join(here, ".config") },
      ready: /Ready on http:\/\/[^\s/]*:(\d+)/,
    });
  }
});

function isPng(): boolean {
  return readFileSync(image).toString("latin1", 1, 4) === "PNG";
}
