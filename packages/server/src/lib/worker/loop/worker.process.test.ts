import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { isTerminalState } from "../../generation/generation-state.js";
import type { Store } from "../../ports/store/store.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const script = (name: string): string => fileURLToPath(new URL(`../../../../test/${name}.ts`, import.meta.url));
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** Starts a process that only runs a worker. `end` resolves with how the process ended. */
async function startWorkerOnly(
  folder: string,
): Promise<{ readonly child: ChildProcess; readonly end: Promise<string> }> {
  const flags = ["--conditions=@safelight/source", "--import", script("source-imports")];
  const child = spawn(process.execPath, [...flags, script("worker-only-process"), folder], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  children.push(child);
  const end = once(child, "exit").then(([code, signal]) => `ended with ${signal ?? code}`);
  await Promise.race([once(child, "message"), end]);
  return { child, end };
}

/** Waits for the end of a generation that another process advances. */
async function ended(store: Store, id: string): Promise<string> {
  for (;;) {
    let stop: () => void = () => {};
    const committed = new Promise<void>((resolve) => {
      stop = store.onForeignCommit(resolve);
    });
    const state = (await store.get({ ownerId: "ada", id }))?.state ?? "queued";
    if (!isTerminalState(state)) await committed;
    stop();
    if (isTerminalState(state)) return state;
  }
}

/** Idle time is the subject of the test, so it is real: without `keepAlive`, a process would exit within it. */
function idle(milliseconds: number): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, "alive"));
}

describe("a process that only runs the worker", () => {
  it("stays alive while nothing is due, completes a submit of another process, and exits after its stop", async () => {
    const folder = await tempFolder("alone");
    const store = libsqlStore({ url: `file:${join(folder, "safelight.db")}` });
    await store.migrate();
    const { child, end } = await startWorkerOnly(folder);

    expect(await Promise.race([end, idle(3_000)])).toBe("alive");
    const id = await new Scenario(store).accepted();
    expect(await Promise.race([end, ended(store, id)])).toBe("completed");
    expect(await Promise.race([end, idle(1_000)])).toBe("alive");

    child.kill("SIGTERM");
    expect(await end).toBe("ended with 0");
    await store.close();
  });
});
