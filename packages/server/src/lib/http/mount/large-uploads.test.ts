import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { type ClientRequest, request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { InputResponse } from "@safelight/client/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { uint32 } from "../../../../testing/media/media-bytes.js";
import { tinyMp4 } from "../../../../testing/media/tiny-media.js";
import { tempFolder } from "../../../../testing/temp-folder.js";

const megabyte = 1_048_576;
/** Size of the frames of the clip, in MiB: more than the process may grow. */
const megabytes = 64;
/** Above this, large parts of the upload were in memory. */
const maxGrownBytes = 40 * megabyte;
const urlOf = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/** A host in a process with a small heap. It prints its port, and its memory for each line of its input. */
const hostScript = (folder: string) => `
  const { createServer } = await import("node:http");
  const { createInterface } = await import("node:readline");
  const { createSafelight } = await import(${urlOf("../../compose/create-safelight.ts")});
  const { defineModel } = await import(${urlOf("../../model/define-model.ts")});
  const { fileStorage } = await import(${urlOf("../../storage/file-storage.ts")});
  const { libsqlStore } = await import(${urlOf("../../store/libsql/libsql-store.ts")});
  const { toNodeHandler } = await import(${urlOf("node-handler.ts")});
  const { scriptedProvider } = await import(${urlOf("../../../../testing/fakes/scripted-provider.ts")});
  const { z } = await import("zod");
  const safelight = createSafelight({
    store: libsqlStore({ url: ${JSON.stringify(`file:${join(folder, "test.db")}`)} }),
    storage: fileStorage(${JSON.stringify(join(folder, "media"))}),
    identify: () => "ann",
    models: { any: defineModel({ provider: scriptedProvider(), input: z.json(), credits: 0 }) },
    secret: "a secret that is long enough for tests",
    limits: { maxInputBytesPerOwner: false },
  });
  const host = createServer(toNodeHandler(safelight));
  host.listen(0, "127.0.0.1", () => console.log(host.address().port));
  createInterface({ input: process.stdin }).on("line", async (line) => {
    const sweep = line === "sweep" ? await safelight.sweep({ dryRun: true }) : null;
    console.log(JSON.stringify({ maxRss: process.resourceUsage().maxRSS * 1_024, sweep }));
  });`;

interface Host {
  readonly process: ChildProcess;
  readonly port: number;
  ask(line: string): Promise<{ readonly maxRss: number; readonly sweep: unknown }>;
}

async function startHost(folder: string, temporary: string): Promise<Host> {
  const importsFrom = new URL("../../../../test/source-imports.ts", import.meta.url).href;
  const flags = ["--max-old-space-size=48", "--conditions=@safelight/source", "--import", importsFrom];
  const env = { ...process.env, TMPDIR: temporary, NODE_ENV: "production" };
  const cwd = new URL("../../../..", import.meta.url);
  const args = [...flags, "--input-type=module", "-e", hostScript(folder)];
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  const port = Number(await next());
  return {
    process: child,
    port,
    ask: async (line) => {
      child.stdin.write(`${line}\n`);
      return JSON.parse(await next());
    },
  };
}

/** An MP4 with so many megabytes of frames. Its headers come first. */
function* clipOf(count: number): Generator<Uint8Array> {
  const clip = tinyMp4({ frameBytes: 0 });
  clip.set(uint32(8 + count * megabyte), clip.length - 8);
  yield clip;
  for (let index = 0; index < count; index += 1) yield Buffer.alloc(megabyte, index & 255);
}

const sentHash = (() => {
  const hash = createHash("sha256");
  for (const chunk of clipOf(megabytes)) hash.update(chunk);
  return hash.digest("hex");
})();

const headerBytes = tinyMp4({ frameBytes: 0 }).length;

/** @param sent how many megabytes to send; the request stays open if they are less than `stated`. */
async function upload(host: Host, { sent, stated }: { readonly sent: number; readonly stated: number }) {
  const sending: ClientRequest = request({
    port: host.port,
    path: "/api/generations/inputs",
    method: "POST",
    headers: { "content-type": "video/mp4", "content-length": headerBytes + stated * megabyte },
  });
  sending.on("error", () => undefined);
  let left = sent + 1;
  for (const chunk of clipOf(stated)) {
    if (left-- === 0) break;
    if (!sending.write(chunk)) await once(sending, "drain");
  }
  return sending;
}

async function responseOf(sending: ClientRequest): Promise<InputResponse["input"]> {
  sending.end();
  const [response] = await once(sending, "response");
  const parts = [];
  for await (const part of response) parts.push(part);
  return (JSON.parse(Buffer.concat(parts).toString()) as InputResponse).input;
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name));
}

describe("a host that receives a large video", () => {
  // One test, because each process takes a second to start.
  it("uses a fraction of its size as memory, stores it whole, and leaves nothing of an upload in which it is killed", async () => {
    const [folder, temporary] = [await tempFolder("large"), await tempFolder("spool")];
    const killed = await startHost(folder, temporary);
    await responseOf(await upload(killed, { sent: 2, stated: 2 }));
    const { maxRss } = await killed.ask("");
    const input = await responseOf(await upload(killed, { sent: megabytes, stated: megabytes }));
    const grownBytes = (await killed.ask("")).maxRss - maxRss;
    expect(grownBytes).toBeLessThan(maxGrownBytes);
    expect(input).toMatchObject({ kind: "video", contentType: "video/mp4", durationMs: 2_000 });
    const [stored = ""] = (await filesIn(join(folder, "media"))).filter((path) => path.endsWith(sentHash));
    const storedHash = createHash("sha256");
    for await (const chunk of createReadStream(stored)) storedHash.update(chunk);
    expect(storedHash.digest("hex")).toBe(sentHash);
    expect(await readdir(temporary)).toEqual([]);

    await upload(killed, { sent: 4, stated: megabytes });
    await expect.poll(async () => (await filesIn(temporary)).length).toBe(1);
    killed.process.kill("SIGKILL");
    await once(killed.process, "exit");
    expect(await filesIn(temporary)).toHaveLength(1);
    // The next process removes the file when it receives one.
    const host = await startHost(folder, temporary);
    await responseOf(await upload(host, { sent: 3, stated: 3 }));
    expect(await readdir(temporary)).toEqual([]);
    expect((await host.ask("sweep")).sweep).toMatchObject({ inUse: 3, recent: 0, foreign: 0, orphans: [] });
  });
});
