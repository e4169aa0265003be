import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

const demoFolder = dirname(import.meta.dirname);

test("a cluster keeps its promises when processes are killed, and a killed cluster leaves nothing", async (t) => {
  const folder = await tempFolder(t);
  const main = startMain(t, { TMPDIR: folder, PORT: "0", DEMO_STEP_MS: "100" });
  const output = await outputUntil(main, /Ctrl\+C ends/);
  const url = /http:\/\/localhost:\d+/.exec(output)?.[0] ?? assert.fail(output);
  const pids = new Map(
    Array.from(output.matchAll(/^ {2}process (\d+) +(.+)$/gm), ([, pid, name]) => [name, Number(pid)]),
  );
  assert.deepEqual([...pids.keys()], ["postgres", "web 1", "web 2", "worker 1", "worker 2", "worker 3", "worker 4"]);
  const pidOf = (name: string): number => pids.get(name) ?? assert.fail(name);

  await t.test("completes an image while a web process, a worker and Postgres are killed", async () => {
    const submitted = await fetch(`${url}/api/generations`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "demo", input: { prompt: "A lighthouse", steps: 10 } }),
    });
    assert.equal(submitted.status, 202);
    const cookie = submitted.headers.getSetCookie()[0]?.split(";")[0] ?? assert.fail("The response sets no cookie.");
    for (const name of ["web 1", "worker 1", "postgres"]) process.kill(pidOf(name), "SIGKILL");
    const { generation } = await submitted.json();
    const { outputs } = await completed({ url: `${url}/api/generations/${generation.id}`, cookie });
    const image = await fetch(`${url}${outputs[0].url}`);
    assert.equal(image.headers.get("content-type"), "image/png");
    assert.ok((await image.arrayBuffer()).byteLength > 10_000);
    const credits = await fetch(`${url}/api/generations/credits`, { headers: { cookie } });
    assert.equal((await credits.json()).balance, 96);
  });

  await t.test("migrates its tables a second time in a process that exits", async (t) => {
    const sockets = encodeURIComponent(`${/deletes (\S+)\. /.exec(output)?.[1]}/socket`);
    const demo = start(t, "server/main.ts", {
      DATABASE_URL: `postgres://postgres@localhost/postgres?host=${sockets}`,
      DEMO_DATA: folder,
      DEMO_ROLE: "migrate",
    });
    await outputUntil(demo, /The tables are up to date in Postgres at \S+socket\/postgres/);
    assert.deepEqual(await exitOf(demo), [0, null]);
  });

  await t.test("refuses a second cluster on its port", async (t) => {
    const second = startMain(t, { TMPDIR: folder, PORT: new URL(url).port });
    await outputUntil(second, /Port \d+ is in use: set another one, such as PORT=/);
    assert.deepEqual(await exitOf(second), [1, null]);
  });

  await t.test("ends its processes and deletes its data after SIGKILL", async () => {
    const exit = exitOf(main);
    main.kill("SIGKILL");
    await exit;
    // Only the effects of the guard are visible.
    const isLeft = (name: string): boolean => name.startsWith("safelight-cluster-");
    while ((await readdir(folder)).some(isLeft) || isRunning(pidOf("web 2"))) await pause(20);
  });
});

/** Long-polls until the generation has completed. A response may be missing while processes restart. */
async function completed({ url, cookie }: { readonly url: string; readonly cookie: string }) {
  for (;;) {
    const response = await fetch(`${url}?wait=5`, { headers: { cookie } }).catch(() => null);
    if (response?.status !== 200) {
      await pause(100);
      continue;
    }
    const { generation } = await response.json();
    if (generation.status === "completed") return generation;
    assert.ok(["pending", "processing"].includes(generation.status), generation.status);
  }
}

function startMain(t: TestContext, environment: NodeJS.ProcessEnv): ChildProcess {
  return start(t, "cluster/main.ts", environment);
}

function start(t: TestContext, script: string, environment: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, [script], {
    cwd: demoFolder,
    env: { ...process.env, REDIS_URL: "", DEMO_DB: "", DEMO_DATA: "", HOST: "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

/** Waits for a part of the output. @returns the output until then. */
function outputUntil(child: ChildProcess, part: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (part.test(output)) resolve(output);
      });
    }
    child.once("close", (code) => reject(new Error(`It ended with ${code}:\n${output}`)));
  });
}

async function exitOf(child: ChildProcess): Promise<readonly unknown[]> {
  return child.exitCode === null && child.signalCode === null
    ? once(child, "exit")
    : [child.exitCode, child.signalCode];
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The user of Postgres must reach its own folder below this one. */
async function tempFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "safelight-test-"));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  await chmod(folder, 0o711);
  return folder;
}
