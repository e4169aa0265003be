import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { InputResponse } from "@safelight/client/contract";
import { createLongClips, type LongClip } from "./long-clip.js";
import { type MeasuredProcess, memoryOf } from "./process-memory.js";

const smallMebibytes = 2;
/** V8 collects the chunks of a transfer, which are garbage by then, after some 64 MiB. Half of a clip of 200 MiB is more. */
const maxGrownBytes = 104_857_600;
const clipHost = fileURLToPath(new URL("./clip-host.ts", import.meta.url));
const reportBuffers = fileURLToPath(new URL("./report-buffers.ts", import.meta.url));

interface ClipHost extends MeasuredProcess {
  readonly port: number;
  stop(): Promise<void>;
}

/** Options of the run. */
export interface TransferOptions {
  /** For the files of the host. */
  readonly folder: string;
  /** Size of the large clip, in MiB. */
  readonly mebibytes: number;
}

/**
 * Uploads clips to a host in a process of its own, and loads them by a range from another one. Each has transferred a small clip
 * before, so that its memory holds the code of the transfer.
 *
 * @returns the violations.
 */
export async function proveTransfers({ folder, mebibytes }: TransferOptions): Promise<readonly string[]> {
  const { clipOf } = createLongClips();
  const [small, large] = [clipOf(smallMebibytes), clipOf(mebibytes)];
  await mkdir(join(folder, "temporary"), { recursive: true });
  const violations: string[] = [];
  const measure = async (name: string, transfer: (host: ClipHost, clip: LongClip) => Promise<void>): Promise<void> => {
    const host = await startHost(folder, 2 * large.byteLength);
    try {
      await transfer(host, small);
      const { grownBytes, text } = await memoryOf(host, () => transfer(host, large));
      console.log(`${name} of ${mebibytes} MiB: ${text}.`);
      if (grownBytes > maxGrownBytes) violations.push(`${name} grew the memory by ${grownBytes} bytes`);
    } finally {
      await host.stop();
    }
  };
  const paths = new Map<LongClip, string>();
  await measure("An upload", async (host, clip) => void paths.set(clip, await upload(host, clip)));
  await measure("A download by a range", async (host, clip) => {
    const received = await hashOf(await load(host, paths.get(clip) ?? ""));
    if (received !== (await hashOf(Readable.from(clip.chunks())))) violations.push("the loaded clip differs");
  });
  return violations;
}

async function startHost(folder: string, maxBytes: number): Promise<ClipHost> {
  const execArgv = [...process.execArgv, "--import", reportBuffers];
  const env = { ...process.env, NODE_ENV: "production", TMPDIR: join(folder, "temporary") };
  const child: ChildProcess = fork(clipHost, [folder, String(maxBytes)], { execArgv, env });
  let maxBufferBytes = 0;
  const port = await new Promise<number>((resolve) => {
    child.on("message", (message: number | AddressInfo) => {
      if (typeof message === "number") maxBufferBytes = message;
      else resolve(message.port);
    });
  });
  return {
    pid: child.pid ?? 0,
    port,
    maxBufferBytes: () => maxBufferBytes,
    async stop() {
      child.disconnect();
      await once(child, "exit");
    },
  };
}

/** @returns the path of the stored file. */
async function upload({ port }: ClipHost, { byteLength, chunks }: LongClip): Promise<string> {
  const headers = { "content-type": "video/mp4", "content-length": byteLength };
  const sending = request({ port, path: "/api/generations/inputs", method: "POST", headers });
  Readable.from(chunks()).pipe(sending);
  const [response] = await once(sending, "response");
  const text = Buffer.concat(await response.toArray()).toString();
  if (response.statusCode !== 201) throw new Error(`The upload was refused: ${text}`);
  const { pathname, search } = new URL((JSON.parse(text) as InputResponse).input.url, "http://host");
  return `${pathname}${search}`;
}

async function load({ port }: ClipHost, path: string): Promise<Readable> {
  const sending = request({ port, path, headers: { range: "bytes=0-" } });
  sending.end();
  const [response] = await once(sending, "response");
  if (response.statusCode !== 206) throw new Error(`The range was refused with status ${response.statusCode}.`);
  return response;
}

async function hashOf(bytes: Readable): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest("hex");
}
