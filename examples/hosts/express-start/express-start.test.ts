import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { freePort } from "./free-port.ts";
import { startClock, stopClock } from "./quick-start.ts";
import { runDocumented } from "./run-documented.ts";
import { installedVersions } from "./smoke-record.ts";
import { type ServerProcess, startProcess } from "./start-process.ts";

// Follows `docs/express.md` in an empty folder, block by block. Two things differ from the page: the packages are packed,
// and the port is a free one.
const here = import.meta.dirname;
const page = readFileSync(join(here, "documented.md"), "utf8");
const [install = "", serve = "", use = "", ...others] = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
  ([, block]) => block,
);
const { dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const empty = join(here, "empty");
const app = join(empty, "posters");

describe("the page for Express, followed in an empty folder", () => {
  let port: string;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    mkdirSync(empty);
    cpSync(join(here, "pnpm-workspace.yaml"), join(empty, "pnpm-workspace.yaml"));
    startClock();
    const commands = install.replaceAll(/@safelight\/[\w-]+/g, (name) => dependencies[name]);
    runDocumented(commands, { cwd: empty, env: process.env });
    cpSync(join(here, "documented"), app, { recursive: true });
    // The server and the client of the page must agree on one.
    port = await freePort();
    env = { ...process.env, PORT: port };
  });

  test("has the commands that this test runs, and no other", () => {
    assert.equal(serve, "node server.ts\n");
    assert.match(use, /^npx tsc\nnode make-poster\.ts "[^"]+"\n$/);
    assert.deepEqual(others, []);
  });

  test("checks the types, and makes an image file", async () => {
    const server = await start();
    execFileSync("sh", ["-ec", use], { cwd: app, env, stdio: "inherit" });
    assert.equal(readFileSync(join(app, "poster.png")).toString("latin1", 1, 4), "PNG");
    stopClock(installedVersions(["express"], app));
    assert.equal(await server.stop("SIGTERM"), 0, "server.ts drains the worker at SIGTERM");
  });

  test("continues the same generation when the server is stopped in the middle, and charges once", async () => {
    const first = await start();
    const client = spawn(process.execPath, ["make-poster.ts", "a harbor"], { cwd: app, env });
    client.stderr.pipe(process.stderr);
    let output = "";
    const isRunning = new Promise<void>((resolve) => {
      client.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (output.includes("processing")) resolve();
      });
    });
    const ended = once(client, "exit");
    await isRunning;
    assert.equal(await first.stop("SIGTERM"), 0);
    const second = await start();
    assert.deepEqual(await ended, [0, null]);
    assert.match(output, /: 4 credits, 92 left\n[\s\S]*completed 1\nposter\.png\n$/);
    const credits = await (await fetch(`http://127.0.0.1:${port}/api/generations/credits`)).json();
    assert.equal(credits.balance, 92);
    assert.equal(await second.stop("SIGTERM"), 0);
  });

  function start(): Promise<ServerProcess> {
    return startProcess([process.execPath, "server.ts"], { cwd: app, env: { PORT: port } });
  }
});
