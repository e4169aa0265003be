import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { type ProcessEvent, SupervisedProcess } from "./supervised-process.ts";

/** Runs until SIGTERM. */
const service = `console.log("up"); setInterval(() => {}, 1_000); process.on("SIGTERM", () => process.exit(0));`;

test("restarts a process after SIGKILL with another id, and not after a stop", async (t) => {
  const { supervised, next } = superviseScript(t, () => service);
  await supervised.start();
  const { pid } = await next("ready");
  assert.equal(supervised.pid, pid);
  process.kill(pid, "SIGKILL");
  const ended = await next("ended");
  assert.deepEqual([ended.pid, ended.how, ended.wasReady], [pid, "SIGKILL", true]);
  const again = await next("ready");
  assert.notEqual(again.pid, pid);
  assert.equal(supervised.readyOutput?.trim(), "up");
  await supervised.stop();
  assert.equal(supervised.pid, null);
  assert.throws(() => process.kill(again.pid, 0), { code: "ESRCH" });
});

test("rejects the first start with the output of a process that ends before it is ready", async (t) => {
  const { supervised } = superviseScript(t, () => `console.error("The port is in use."); process.exit(1);`);
  await assert.rejects(supervised.start(), { message: "Could not start service. The port is in use." });
  assert.equal(supervised.pid, null);
});

test("rejects the first start of a program that is missing", async () => {
  const spawnMissing = () => spawn("/no-such-program", { stdio: ["ignore", "pipe", "pipe"] });
  const plan = { name: "service", spawn: spawnMissing, ready: /up/, stopSignal: "SIGTERM" } as const;
  await assert.rejects(new SupervisedProcess(plan, () => {}).start(), /Could not start service\. spawn .* ENOENT/);
});

test("retries a restart until the process is ready", async (t) => {
  let starts = 0;
  const { supervised, next } = superviseScript(t, () => {
    starts += 1;
    return starts === 2 || starts === 3 ? `console.error("not yet"); process.exit(1);` : service;
  });
  await supervised.start();
  const { pid } = await next("ready");
  process.kill(pid, "SIGKILL");
  await next("ended");
  for (let failed = 0; failed < 2; failed += 1) {
    const { how, output, wasReady } = await next("ended");
    assert.deepEqual([how, output.trim(), wasReady], ["exit code 1", "not yet", false]);
  }
  await next("ready");
  assert.equal(starts, 4);
});

test("retries a first start while its output matches, and not with another output", async (t) => {
  let starts = 0;
  const outputs = ["still in use", "still in use", ""];
  const { supervised } = superviseScript(t, () => {
    const output = outputs[starts] ?? "";
    starts += 1;
    return output === "" ? service : `console.error("${output}"); process.exit(1);`;
  });
  await supervised.start();
  assert.equal(starts, 3);
  starts = 0;
  outputs[1] = "no space left";
  const other = superviseScript(t, () => {
    starts += 1;
    return `console.error("${outputs[starts - 1]}"); process.exit(1);`;
  });
  await assert.rejects(other.supervised.start(), /no space left/);
  assert.equal(starts, 2);
});

/** Supervises `node -e` with the current script. `next` resolves with the next event of a type. */
function superviseScript(t: TestContext, script: () => string) {
  const events = new EventTarget();
  const received: ProcessEvent[] = [];
  const plan = {
    name: "service",
    spawn: () => spawn(process.execPath, ["-e", script()], { stdio: ["ignore", "pipe", "pipe"] }),
    ready: /up/,
    retried: /still in use/,
    stopSignal: "SIGTERM",
  } as const;
  const supervised = new SupervisedProcess(plan, (event) => {
    received.push(event);
    events.dispatchEvent(new Event("received"));
  });
  t.after(() => supervised.stop());
  const next = async <T extends ProcessEvent["type"]>(type: T): Promise<Extract<ProcessEvent, { type: T }>> => {
    for (;;) {
      const event = received.shift();
      if (event === undefined) await once(events, "received");
      // The comparison proves the member of the union.
      else if (event.type === type) return event as Extract<ProcessEvent, { type: T }>;
    }
  };
  return { supervised, next };
}
