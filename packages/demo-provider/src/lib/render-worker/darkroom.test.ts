import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { createDraw } from "../image/draw-task.js";
import { openDarkroom } from "./darkroom.js";
import type { Darkroom } from "./darkroom-interface.js";
import { startThread } from "./start-thread.js";

describe("openDarkroom", () => {
  const picture = { prompt: "a quiet lake", seed: 0, size: 256 };
  const opened: Darkroom[] = [];
  const threads: Worker[] = [];

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((darkroom) => darkroom.close()));
    threads.splice(0);
  });

  const open = (start: () => Worker = startThread): Darkroom => {
    const darkroom = openDarkroom(() => {
      const thread = start();
      threads.push(thread);
      return thread;
    });
    opened.push(darkroom);
    return darkroom;
  };
  /** A thread that runs this code instead of drawing. */
  const threadOf = (code: string): Worker => new Worker(code, { eval: true });

  it("draws in one thread, started at the first drawing, what would be drawn here", async () => {
    const darkroom = open();
    expect(threads).toHaveLength(0);
    const draw = createDraw();
    expect(Buffer.compare(await darkroom.develop(picture), draw({ kind: "picture", picture }))).toBe(0);
    const preview = await darkroom.preview(picture, 0.5);
    expect(Buffer.compare(preview ?? new Uint8Array(), draw({ kind: "preview", picture, share: 0.5 }))).toBe(0);
    expect(threads).toHaveLength(1);
  });

  it("leaves this thread free while it draws", async () => {
    const darkroom = open();
    let isDrawn = false;
    const drawn = darkroom.develop({ ...picture, size: 512 }).finally(() => {
      isDrawn = true;
    });
    // Were it drawn here, it would be done before the event loop has turned this often.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(isDrawn).toBe(false);
    await drawn;
  });

  it("draws on in a new thread when the thread dies", async () => {
    const darkroom = open();
    const before = await darkroom.develop(picture);
    const drawings = Promise.all([darkroom.develop(picture), darkroom.develop(picture), darkroom.develop(picture)]);
    await threads[0]?.terminate();
    for (const png of await drawings) expect(Buffer.compare(png, before)).toBe(0);
    expect(threads).toHaveLength(2);
  });

  it("draws without a thread when none can be started", async () => {
    const darkroom = open(() => {
      throw new Error("threads are not permitted");
    });
    expect((await darkroom.develop(picture)).byteLength).toBeGreaterThan(1_000);
  });

  it("starts a thread for a later drawing after one could not be started", async () => {
    let isShort = true;
    const darkroom = open(() => {
      if (isShort) throw new Error("out of memory");
      return startThread();
    });
    await darkroom.develop(picture);
    isShort = false;
    await darkroom.develop(picture);
    expect(threads).toHaveLength(1);
  });

  it("draws without a thread when the thread dies and no other can be started", async () => {
    const darkroom = open(() => {
      if (threads.length > 0) throw new Error("out of memory");
      return threadOf(`
        const { parentPort } = require("node:worker_threads");
        parentPort.postMessage({ type: "ready" });
        parentPort.on("message", () => process.exit(1));
      `);
    });
    expect((await darkroom.develop(picture)).byteLength).toBeGreaterThan(1_000);
  });

  it("gives up a drawing over which two threads died, and draws what came after it", async () => {
    const dying = `
      const { parentPort } = require("node:worker_threads");
      parentPort.postMessage({ type: "ready" });
      parentPort.on("message", () => process.exit(1));
    `;
    const darkroom = open(() => (threads.length < 2 ? threadOf(dying) : startThread()));
    const deadly = darkroom.develop(picture);
    const harmless = darkroom.develop(picture);
    await expect(deadly).rejects.toThrow(/ended twice/);
    expect((await harmless).byteLength).toBeGreaterThan(1_000);
  });

  it("fails a drawing that cannot be made, and keeps the thread", async () => {
    const darkroom = open();
    await expect(darkroom.develop({ ...picture, size: 1_000_000 })).rejects.toThrow(/could not be drawn/);
    expect((await darkroom.develop(picture)).byteLength).toBeGreaterThan(1_000);
    expect(threads).toHaveLength(1);
  });

  it("draws here when no thread can be started", async () => {
    const darkroom = open(() => new Worker(new URL("./left-out-of-the-bundle.js", import.meta.url)));
    const drawn = await Promise.all([darkroom.develop(picture), darkroom.preview(picture, 0.5)]);
    expect(drawn.map((png) => png?.byteLength ?? 0).every((length) => length > 1_000)).toBe(true);
    await darkroom.develop(picture);
    expect(threads).toHaveLength(1);
  });

  it("leaves previews out while much is waiting to be drawn", async () => {
    const darkroom = open();
    const waiting = Array.from({ length: 6 }, () => darkroom.develop(picture));
    expect(await darkroom.preview(picture, 0.5)).toBeNull();
    await Promise.all(waiting);
    expect(await darkroom.preview(picture, 0.5)).not.toBeNull();
  });

  it("ends a thread that draws nothing for a while, and starts another for the next drawing", async () => {
    const darkroom = openDarkroom(() => {
      const thread = startThread();
      threads.push(thread);
      return thread;
    }, 20);
    opened.push(darkroom);
    await darkroom.develop(picture);
    const [first] = threads;
    if (first !== undefined && first.threadId !== -1) await once(first, "exit");
    expect((await darkroom.develop(picture)).byteLength).toBeGreaterThan(1_000);
    expect(threads).toHaveLength(2);
  });

  it("refuses what is waiting when it is closed, and opens again for what comes later", async () => {
    const darkroom = open();
    const waiting = expect(darkroom.develop(picture)).rejects.toThrow(/closed/);
    await darkroom.close();
    await waiting;
    expect((await darkroom.develop(picture)).byteLength).toBeGreaterThan(1_000);
    expect(threads).toHaveLength(2);
  });

  it("keeps a process alive until its drawing is done, and no longer", async () => {
    const code = `
      import { registerHooks } from "node:module";
      registerHooks({
        resolve: (name, context, next) => next(/^[.]{1,2}[/].*[.]js$/.test(name) ? name.replace(/js$/, "ts") : name, context),
      });
      const { openDarkroom } = await import(process.argv[1]);
      openDarkroom().develop({ prompt: "a lake", seed: 0, size: 256 }).then((png) => console.log(png.length > 1000));
    `;
    const entry = fileURLToPath(new URL("./darkroom.ts", import.meta.url));
    const child = spawn(process.execPath, ["--input-type=module", "--eval", code, entry], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
    expect(said).toBe("true\n");
  });

  it("draws without a thread when no module can be loaded any more", async () => {
    const code = `
      import { registerHooks } from "node:module";
      let isBlocked = false;
      registerHooks({
        resolve: (name, context, next) => next(/^[.]{1,2}[/].*[.]js$/.test(name) ? name.replace(/js$/, "ts") : name, context),
        load: (url, context, next) => {
          if (isBlocked && url.startsWith("file:")) throw new Error("EMFILE: too many open files");
          return next(url, context);
        },
      });
      const { openDarkroom } = await import(process.argv[1]);
      isBlocked = true;
      const darkroom = openDarkroom(() => { throw new Error("EMFILE: too many open files"); });
      darkroom.develop({ prompt: "a lake", seed: 0, size: 64 }).then((png) => console.log(png.length > 100), console.log);
    `;
    const entry = fileURLToPath(new URL("./darkroom.ts", import.meta.url));
    const child = spawn(process.execPath, ["--input-type=module", "--eval", code, entry], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
    expect(output).toBe("true\n");
  });
});
