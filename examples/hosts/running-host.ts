import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after } from "node:test";
import { type Generation, readEvents, type StreamEvent } from "./event-stream.ts";
import { freePort } from "./free-port.ts";
import { startProcess } from "./start-process.ts";

/** The command that starts a host. The host prints its address. */
export interface HostCommand {
  /** A program and its arguments. An argument with a dot is a file of the host's folder. */
  readonly command: readonly string[];
  /** Working directory. @default the folder of the host's data */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the host needs a port of its own, because it cannot print the one that port 0 selects. */
  readonly needsPort?: boolean;
  /** Matches the output of a host that accepts requests; a group in it captures the port. @default that of `startProcess` */
  readonly ready?: RegExp;
  /** Headers of each request, as a proxy adds them. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A running server of a host, with its own files. */
export interface RunningHost {
  /** On loopback, without a trailing slash. */
  readonly url: string;
  /**
   * Sends a request to a path below `/api/generations`, or to a whole path. `owner` is the bearer token; `null` sends none.
   */
  send(owner: string | null, path: string, init?: RequestInit): Promise<Response>;
  /** Submits a poster. */
  submit(owner: string, prompt?: string): Promise<Generation>;
  /** Follows the owner's stream until the generation has completed, and returns it. */
  finish(owner: string | null, generation: Generation): Promise<Generation>;
  /** Ends the process with a signal and returns its exit code; `null` when the signal ended it. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
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

/**
 * Starts a host. The host is killed after the tests if it is still running.
 *
 * @param folder the host's data, from `dataFolder`.
 * @param env added to the environment of the host.
 */
export async function startHost(
  host: HostCommand | readonly string[],
  { folder, env = {} }: { readonly folder: string; readonly env?: Readonly<Record<string, string>> },
): Promise<RunningHost> {
  const { needsPort = false, ...given }: HostCommand = "command" in host ? host : { command: host };
  const port = needsPort ? await freePort() : "0";
  const server = await startProcess(resolveCommand(given.command), {
    cwd: given.cwd ?? folder,
    env: { PORT: port, NODE_ENV: "development", DATA_FOLDER: folder, ...given.env, ...env },
    ...(given.ready && { ready: given.ready }),
  });
  ends.push(async () => {
    await server.stop("SIGKILL");
  });
  return clientOf({
    url: needsPort ? `http://127.0.0.1:${port}` : server.url,
    end: (signal) => server.stop(signal),
    proxyHeaders: given.headers ?? {},
  });
}

/** The requests of the tests to a running host. */
export function clientOf({
  url,
  end,
  proxyHeaders = {},
}: Pick<RunningHost, "url" | "end"> & { readonly proxyHeaders?: Readonly<Record<string, string>> }): RunningHost {
  const send: RunningHost["send"] = (owner, path, init = {}) => {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(proxyHeaders)) headers.set(name, value);
    if (owner !== null) headers.set("authorization", `Bearer ${owner}`);
    const isWholePath = path.startsWith("/api/") || path.startsWith("/admin/") || path === "/echo";
    return fetch(`${url}${isWholePath ? path : `/api/generations${path}`}`, { ...init, headers });
  };
  return {
    url,
    send,
    submit: async (owner, prompt = "a lighthouse in fog") => {
      const response = await send(owner, "", json({ model: "poster", input: { prompt } }));
      assert.equal(response.status, 202, await response.clone().text());
      return (await response.json()).generation;
    },
    finish: async (owner, { id }) => {
      const isEnd = ({ data }: StreamEvent) => data?.id === id && ["completed", "failed"].includes(data.status);
      const last = (await readEvents(await send(owner, "/events?after=0"), isEnd)).at(-1)?.data;
      assert.equal(last?.status, "completed");
      return last;
    },
    end,
  };
}

/** A JSON request. */
export function json(body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

/** The program, and its files beside this module: the working directory of a host may be a folder of data. */
export function resolveCommand([program = "", ...args]: readonly string[]): [program: string, ...args: string[]] {
  const paths = args.map((argument) =>
    /^[^-].*\.[a-z]+$/.test(argument) ? resolve(import.meta.dirname, argument) : argument,
  );
  return [program === "node" ? process.execPath : program, ...paths];
}
