import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "../../../scripts/free-port.ts";
import { type Database, openDatabase } from "./open-database.ts";

/** Debian's package of that name. */
const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

test("REDIS_URL delivers a hint of one process to another, and close ends all connections", {
  skip: hasRedis ? false : "redis-server is not installed",
}, async (t) => {
  const redisUrl = await startRedis(t);
  // The pool connects with its first query, and there is none.
  const open = (): Database => openDatabase({ kind: "postgres", url: "postgres://127.0.0.1:1/none", redisUrl });
  const databases = [open(), open()];
  const [one, other] = databases.map(({ bus }) => bus ?? assert.fail("There is no event bus."));
  for (const bus of [one, other]) await new Promise<void>((resolve) => bus?.onHealth?.((is) => is && resolve()));
  const received = new Promise<void>((resolve) => other?.onHint("ann", resolve));
  one?.hint(["ann"]);
  await received;
  for (const { bus, close } of databases) {
    // As `safelight.close()` does.
    await bus?.close?.();
    await close();
  }
  const observer = new Redis(redisUrl);
  t.after(() => observer.disconnect());
  // The server notices the end of a connection a moment later.
  while (
    String(await observer.client("LIST"))
      .trim()
      .split("\n").length > 1
  )
    await pause(10);
});

/** @returns its URL. */
async function startRedis(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "safelight-redis-"));
  const port = await freePort();
  const options = ["--bind", "127.0.0.1", "--port", String(port), "--dir", folder, "--save", "", "--appendonly", "no"];
  const server = spawn("redis-server", options, { stdio: ["ignore", "pipe", "ignore"] });
  const exit = once(server, "exit");
  t.after(async () => {
    server.kill("SIGKILL");
    await exit;
    await rm(folder, { recursive: true });
  });
  for await (const text of server.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    if (/ready to accept connections/i.test(text)) return `redis://127.0.0.1:${port}`;
  }
  throw new Error("Redis did not start.");
}
