import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { crc32, deflateSync } from "node:zlib";
import { demo } from "@safelight/demo-provider";
import { startProcess } from "./start-process.ts";

/** A running server of a host, with its own files. */
export interface RunningHost {
  /** On loopback, without a trailing slash. */
  readonly url: string;
  /** Sends a request below the mount path; `owner` signs in with a bearer token, `null` does not. */
  send(owner: string | null, path: string, init?: RequestInit): Promise<Response>;
  /** Submits a poster. */
  submit(owner: string, input?: Readonly<Record<string, unknown>>): Promise<Generation>;
  /** Ends the process with a signal and returns its exit code; `null` when the signal ended it. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

/** Fields of a generation that the tests read. */
export interface Generation {
  readonly id: string;
  readonly status: string;
  readonly sequence: number;
  readonly progress: { readonly value: number | null };
  readonly outputs?: readonly { readonly url: string; readonly byteLength: number }[];
}

/** A changed generation of a stream; `null` data for a heartbeat, and for a frame without changes. */
export interface StreamEvent {
  readonly event: "generation" | "heartbeat" | "other";
  readonly data: Generation | null;
}

// Registered at the root: within a test, `after` runs at the end of that test.
const ends: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of ends.reverse()) await end();
});

/** A folder for the files of a host; it is deleted after the tests. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "safelight-smoke-"));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a host that prints its port. The host is killed after the tests if it is still running. */
export async function startHost(command: readonly string[], folder: string): Promise<RunningHost> {
  const server = await startProcess(resolveCommand(command), {
    cwd: folder,
    env: { PORT: "0", NODE_ENV: "development" },
  });
  ends.push(async () => {
    await server.stop("SIGKILL");
  });
  const send: RunningHost["send"] = (owner, path, init = {}) => {
    const headers = new Headers(init.headers);
    if (owner !== null) headers.set("authorization", `Bearer ${owner}`);
    return fetch(`${server.url}${path.startsWith("/api/") || path === "/echo" ? path : `/api/generations${path}`}`, {
      ...init,
      headers,
    });
  };
  return {
    url: server.url,
    send,
    submit: async (owner, input = { prompt: "a lighthouse in fog" }) => {
      const response = await send(owner, "", json({ model: "poster", input }));
      assert.equal(response.status, 202, await response.clone().text());
      return (await response.json()).generation;
    },
    end: (signal) => server.stop(signal),
  };
}

/** Reads the events of a response until `isLast`, or until the stream ends. */
export async function readEvents(
  response: Response,
  isLast: (event: StreamEvent) => boolean,
): Promise<readonly StreamEvent[]> {
  assert.equal(response.status, 200, response.ok ? "" : await response.text());
  assert(response.body !== null);
  const events: StreamEvent[] = [];
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      for (const event of toEvents(block)) {
        events.push(event);
        if (isLast(event)) return events;
      }
    }
  }
  return events;
}

/** Follows the owner's stream until the generation has ended, and returns it. */
export async function finish(host: RunningHost, owner: string, { id }: Generation): Promise<Generation> {
  const isEnd = ({ data }: StreamEvent) => data?.id === id && ["completed", "failed"].includes(data.status);
  const last = (await readEvents(await host.send(owner, "/events?after=0"), isEnd)).at(-1)?.data;
  assert.equal(last?.status, "completed");
  return last;
}

/** A JSON request. */
export function json(body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

/** Registers the tests of every host. `command` starts it: a program and the host's file. */
export function smokeHost(name: string, command: readonly string[]): void {
  describe(name, () => {
    const folder = dataFolder();
    let running: Promise<RunningHost> | null = null;
    const start = (): Promise<RunningHost> => {
      running ??= startHost(command, folder);
      return running;
    };

    it("streams progress until the image is complete, and serves its bytes and ranges of them", async () => {
      const host = await start();
      const stream = await host.send("ann", "/events");
      const generation = await host.submit("ann", { prompt: "a lighthouse in fog", steps: 30 });
      const isEnd = ({ data }: StreamEvent) => data?.id === generation.id && data.status === "completed";
      const events = await readEvents(stream, isEnd);
      const values = events.map(({ data }) => data?.progress?.value ?? 0);
      assert(
        values.some((value) => value > 0 && value < 1),
        `progress was ${values}`,
      );
      const output = events.at(-1)?.data?.outputs?.[0];
      assert(output !== undefined);
      const bytes = new Uint8Array(await (await host.send(null, output.url)).arrayBuffer());
      assert.equal(bytes.byteLength, output.byteLength);
      const part = await host.send(null, output.url, { headers: { range: "bytes=1-3" } });
      assert.equal(part.status, 206);
      assert.equal(part.headers.get("content-range"), `bytes 1-3/${output.byteLength}`);
      assert.deepEqual(new Uint8Array(await part.arrayBuffer()), bytes.slice(1, 4));
    });

    it("holds a long poll until something changes", async () => {
      const host = await start();
      const { sequence } = await (await host.send("lena", "/active")).json();
      const held = host.send("lena", `/active?after=${sequence}&wait=25`);
      const { id } = await host.submit("lena");
      const response = await held;
      assert.equal(response.status, 200);
      const { changed }: { changed: readonly Generation[] } = await response.json();
      assert.deepEqual(
        changed.map((generation) => generation.id),
        [id],
      );
    });

    it("accepts an upload of 2 MB", async () => {
      const body = noisePng(840);
      assert(body.byteLength > 2_000_000);
      const response = await (await start()).send("ann", "/inputs", { method: "POST", body });
      assert.equal(response.status, 201, await response.clone().text());
      const { input } = await response.json();
      assert.deepEqual([input.contentType, input.width, input.height], ["image/png", 840, 840]);
    });

    it("refuses callers without an identity, and writes from a page of another origin", async () => {
      const host = await start();
      assert.equal((await host.send(null, "/active")).status, 401);
      const foreign = json({ model: "poster", input: { prompt: "x" } }, { origin: "https://evil.example" });
      assert.equal((await host.send("ann", "", foreign)).status, 403);
    });

    it("frees the streams of clients that disconnect", async () => {
      const host = await start();
      // The maximum number of open streams per owner.
      const open = async (): Promise<AbortController[]> => {
        const streams: AbortController[] = [];
        while (streams.length < 20) {
          const leaving = new AbortController();
          const response = await host.send("leo", "/events", { signal: leaving.signal });
          if (response.status === 200) streams.push(leaving);
          // 503 until the server has noticed that the other clients disconnected.
          else await response.body?.cancel().then(() => sleep(50));
        }
        return streams;
      };
      for (const leaving of await open()) leaving.abort();
      for (const leaving of await open()) leaving.abort();
    });

    // Without the message, the second process never ends.
    it("ends with a message when another process uses its port", { timeout: 120_000 }, async () => {
      const { port } = new URL((await start()).url);
      const env = { PORT: port, NODE_ENV: "development" };
      const second = await startProcess(resolveCommand(command), {
        cwd: dataFolder(),
        env,
        ready: /(EADDRINUSE|AddrInUse)/,
      });
      assert.equal(await second.exit, 1);
    });

    it("completes a generation once after a kill in the middle of it", async () => {
      const host = await start();
      const stream = await host.send("kim", "/events");
      const generation = await host.submit("kim", { prompt: "a pier at night", steps: 20 });
      await readEvents(stream, ({ data }) => (data?.progress?.value ?? 0) > 0.2);
      await host.end("SIGKILL");
      running = null;
      await finish(await start(), "kim", generation);
      assert.equal(await paymentsFor(generation, folder), 1);
    });

    it("drains at SIGTERM, ends its streams, and continues after a restart", async () => {
      const host = await start();
      const stream = await host.send("tom", "/events");
      const generation = await host.submit("tom", { prompt: "a harbor", steps: 20 });
      // The process may cut the stream instead of ending it.
      const ended = readEvents(stream, () => false).catch(() => []);
      assert.equal(await host.end("SIGTERM"), 0);
      await ended;
      running = null;
      const next = await start();
      await finish(next, "tom", generation);
      assert.equal(await paymentsFor(generation, folder), 1);
      assert.equal(await next.end("SIGTERM"), 0);
    });
  });
}

/** The program, and its files beside this module: the working directory of a host is a folder of data. */
function resolveCommand([program = "", ...args]: readonly string[]): [program: string, ...args: string[]] {
  const paths = args.map((argument) => (argument.includes(".") ? join(import.meta.dirname, argument) : argument));
  return [program === "node" ? process.execPath : program, ...paths];
}

/** Number of jobs that the demo's vendor billed for a generation. */
async function paymentsFor({ id }: Generation, folder: string): Promise<number> {
  const provider = demo({ vendorFile: join(folder, "safelight-demo.db") });
  try {
    return provider.invoices().reduce((sum, { orderId, jobs }) => sum + (orderId === id ? jobs : 0), 0);
  } finally {
    await provider.close();
  }
}

/** A frame may have several changed generations. */
function toEvents(block: string): readonly StreamEvent[] {
  if (block === ":") return [{ event: "heartbeat", data: null }];
  const [, data] = /^(?:retry: \d+\n)?data: (.*)$/.exec(block) ?? [];
  assert(data !== undefined, `not an event of the stream: ${block}`);
  const { changed = [] }: { readonly changed?: readonly Generation[] } = JSON.parse(data);
  if (changed.length === 0) return [{ event: "other", data: null }];
  return changed.map((generation) => ({ event: "generation", data: generation }));
}

/** A square PNG of noise, which does not compress: about three bytes per pixel. */
function noisePng(side: number): Uint8Array<ArrayBuffer> {
  const rows = Buffer.alloc(side * (1 + side * 3));
  for (let row = 0; row < side; row += 1) {
    crypto.getRandomValues(rows.subarray(row * (1 + side * 3) + 1, (row + 1) * (1 + side * 3)));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return Uint8Array.from(
    Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]),
  );
}

function chunk(type: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.byteLength);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}
