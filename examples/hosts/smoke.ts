import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Generation, readEvents } from "./event-stream.ts";
import { noisePng } from "./noise-png.ts";
import { dataFolder, type HostCommand, json, type RunningHost, resolveCommand, startHost } from "./running-host.ts";
import { installedVersions, recordResults } from "./smoke-record.ts";
import { startProcess } from "./start-process.ts";
import { openStudio, type Studio } from "./studio.ts";

/** Name of a check in the table of docs/hosting.md, by the name of its test. */
const checks = {
  "responds to a submit with 202 and the debit": "submit",
  "streams progress until the image is complete": "stream",
  "serves the bytes of a marked output, and 206 for a range of them": "range",
  "holds a long poll until something changes": "poll",
  "accepts an upload of 2 MB": "upload",
  "refuses callers without an identity": "identity",
  "refuses writes from a page of another origin": "origin",
  "passes the exact bytes of a webhook to its attempt": "webhook",
  "serves the operator page to staff, and 404 to others": "operator",
  "frees the streams of clients that disconnect": "disconnect",
  "completes a generation once, and charges it once, after a kill in the middle": "kill",
  "records a paid request in flight at SIGTERM, and continues after a restart": "SIGTERM",
} as const;

export type Check = (typeof checks)[keyof typeof checks];

/** Options of a host of the matrix. */
export interface SmokeOptions {
  /** The command, or a function that builds the host and returns it. */
  readonly start: readonly string[] | HostCommand | (() => Promise<HostCommand>);
  /** The command that starts a server with the operator page. @default the host itself has it at `/admin/safelight` */
  readonly startAdmin?: readonly string[];
  /** Packages whose versions the table shows, the framework first. `node` is Node itself. */
  readonly packages: readonly string[];
  /** Folder of the host's `node_modules`. @default the one of this module */
  readonly folder?: string;
  /** Checks that do not apply to the host, with the reason for the table. */
  readonly exempt?: Readonly<Partial<Record<Check, string>>>;
}

/** Registers the tests that every host must pass. They use only HTTP and signals. */
export function smokeHost(name: string, options: SmokeOptions): void {
  const { exempt = {}, folder: installed = import.meta.dirname } = options;
  // A plain command starts a server module of the host. Frameworks start their own server.
  const startsServerModule = Array.isArray(options.start);
  describe(name, () => {
    recordResults({
      host: name,
      tests: checks,
      exempt,
      versions: () => installedVersions(options.packages, installed),
    });
    const folder = dataFolder();
    let studio: Studio;
    let command: Promise<HostCommand | readonly string[]> | null = null;
    let running: Promise<RunningHost> | null = null;
    const prepare = (): Promise<HostCommand | readonly string[]> => {
      command ??= Promise.resolve(typeof options.start === "function" ? options.start() : options.start);
      return command;
    };
    const start = (): Promise<RunningHost> => {
      running ??= prepare().then((ready) => startHost(ready, { folder, env: { VENDOR_URL: studio.url } }));
      return running;
    };
    /** Ends the process, so that `start` starts the next one on the same files. */
    const stop = async (signal: "SIGTERM" | "SIGKILL"): Promise<number | null> => {
      const host = await start();
      running = null;
      return host.end(signal);
    };
    const test = (title: keyof typeof checks, run: () => Promise<void>): void => {
      // The limit ends a host that hangs.
      it(title, { skip: exempt[checks[title]] ?? false, timeout: 120_000 }, run);
    };

    before(async () => {
      studio = await openStudio();
    });
    after(async () => {
      // First end the host: its worker would log that the vendor is unreachable.
      await running?.then((host) => host.end("SIGKILL")).catch(() => null);
      await studio.close();
    });

    test("responds to a submit with 202 and the debit", async () => {
      const response = await (await start()).send("sam", "", json({ model: "poster", input: { prompt: "a mill" } }));
      assert.equal(response.status, 202, await response.clone().text());
      assert.equal((await response.json()).credits.balance, 96);
    });

    test("streams progress until the image is complete", async () => {
      const host = await start();
      const stream = await host.send("ann", "/events");
      const { id } = await host.submit("ann", "a lighthouse in fog");
      const values: number[] = [];
      const events = await readEvents(stream, ({ data }) => {
        if (data?.id !== id) return false;
        if (data.progress.value !== null) values.push(data.progress.value);
        if (data.progress.value !== null && data.progress.value > 0) studio.finish("a lighthouse in fog");
        return data.status === "completed";
      });
      assert(
        values.some((value) => value > 0 && value < 1),
        `progress was ${values}`,
      );
      assert.equal(events.at(-1)?.data?.outputs?.length, 1);
    });

    test("serves the bytes of a marked output, and 206 for a range of them", async () => {
      const host = await start();
      const generation = await host.submit("rob", "a bridge");
      await whenPaid("a bridge");
      studio.finish("a bridge");
      const [output] = (await host.finish("rob", generation)).outputs ?? [];
      assert(output !== undefined);
      assert.equal(output.provenance?.marked, true);
      const bytes = new Uint8Array(await (await host.send(null, output.url)).arrayBuffer());
      assert.equal(bytes.byteLength, output.byteLength);
      const part = await host.send(null, output.url, { headers: { range: "bytes=1-3" } });
      assert.equal(part.status, 206);
      assert.equal(part.headers.get("content-range"), `bytes 1-3/${output.byteLength}`);
      assert.deepEqual(new Uint8Array(await part.arrayBuffer()), bytes.slice(1, 4));
    });

    test("holds a long poll until something changes", async () => {
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

    test("accepts an upload of 2 MB", async () => {
      const body = noisePng(840);
      assert(body.byteLength > 2_000_000);
      const headers = { "content-type": "image/png" };
      const response = await (await start()).send("ann", "/inputs", { method: "POST", body, headers });
      assert.equal(response.status, 201, await response.clone().text());
      const { input } = await response.json();
      assert.deepEqual([input.contentType, input.width, input.height], ["image/png", 840, 840]);
    });

    test("refuses callers without an identity", async () => {
      assert.equal((await (await start()).send(null, "/active")).status, 401);
    });

    test("refuses writes from a page of another origin", async () => {
      const foreign = json({ model: "poster", input: { prompt: "x" } }, { origin: "https://evil.example" });
      assert.equal((await (await start()).send("ann", "", foreign)).status, 403);
    });

    test("passes the exact bytes of a webhook to its attempt", async () => {
      const env = { VENDOR_URL: studio.url, PUBLIC_URL: "https://studio.example" };
      const host = await startHost(await prepare(), { folder: dataFolder(), env });
      const generation = await host.submit("wes", "a windmill");
      await whenPaid("a windmill");
      studio.finish("a windmill");
      const deliver = async (forged: boolean): Promise<Response> => {
        const webhook = await studio.createWebhook("a windmill", forged);
        const { headers, method, url } = webhook;
        return host.send(null, new URL(url).pathname, { method, headers, body: await webhook.arrayBuffer() });
      };
      assert.equal((await deliver(true)).status, 401);
      const delivered = await deliver(false);
      assert.equal(delivered.status, 200, await delivered.text());
      await host.finish("wes", generation);
    });

    test("serves the operator page to staff, and 404 to others", async () => {
      const host = options.startAdmin ? await startHost(options.startAdmin, { folder: dataFolder() }) : await start();
      assert.equal((await host.send("ann", "/admin/safelight")).status, 404);
      const page = await host.send("staff", "/admin/safelight/audit");
      assert.match(await page.text(), /Run the audit/);
      const form = { method: "POST", headers: { origin: host.url }, body: new URLSearchParams({ reason: "ticket 7" }) };
      assert.match(await (await host.send("staff", "/admin/safelight/audit", form)).text(), /The ledger is consistent/);
    });

    test("frees the streams of clients that disconnect", async () => {
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

    test("completes a generation once, and charges it once, after a kill in the middle", async () => {
      const host = await start();
      const stream = await host.send("kim", "/events");
      const generation = await host.submit("kim", "a pier at night");
      await readEvents(stream, ({ data }) => (data?.progress.value ?? 0) > 0);
      await stop("SIGKILL");
      studio.finish("a pier at night");
      await (await start()).finish("kim", generation);
      await expectOneCharge("kim", "a pier at night");
    });

    test("records a paid request in flight at SIGTERM, and continues after a restart", async () => {
      const host = await start();
      const stream = await host.send("tom", "/events");
      const { received, release } = studio.holdNext();
      const generation = await host.submit("tom", "a harbor");
      await received;
      // The process may cut the stream instead of ending it.
      const ended = readEvents(stream, () => false).catch(() => []);
      const exit = stop("SIGTERM");
      // The worker drains, and waits for the vendor's response. Streams of another copy of the module end with the process.
      await Promise.race([ended, sleep(500)]);
      release();
      assert.equal(await exit, 0);
      await ended;
      studio.finish("a harbor");
      await (await start()).finish("tom", generation);
      await expectOneCharge("tom", "a harbor");
      assert.equal(await stop("SIGTERM"), 0);
    });

    // A server without a handler for this error would not end.
    it("ends with a message when another process uses its port", {
      timeout: 120_000,
      skip: !startsServerModule,
    }, async () => {
      const { port } = new URL((await start()).url);
      const given = await prepare();
      assert(!("command" in given));
      const second = await startProcess(resolveCommand(given), {
        cwd: dataFolder(),
        env: { PORT: port, NODE_ENV: "development" },
        ready: /(EADDRINUSE|AddrInUse)/,
      });
      assert.equal(await second.exit, 1);
    });

    async function whenPaid(prompt: string): Promise<void> {
      while (studio.paidFor(prompt) === 0) await sleep(20);
    }

    async function expectOneCharge(owner: string, prompt: string): Promise<void> {
      assert.equal(studio.paidFor(prompt), 1);
      const credits = await (await (await start()).send(owner, "/credits")).json();
      assert.equal(credits.balance, 96);
    }
  });
}
