import { once } from "node:events";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../scripts/free-port.ts";
import { cpuSeconds } from "../frame/cpu-time.ts";
import { medianOf } from "../frame/quantiles.ts";
import { scratchFolder } from "../frame/scratch-folder.ts";
import { spawnPinnedNode } from "./pinned-node.ts";

/** Time from the start of a process to the end of its first response, in milliseconds. */
export interface Start {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Medians of repeated starts. */
export interface ColdStarts {
  readonly existing: Start;
  readonly fresh: Start;
  /** TypeScript on an existing database, started as in the README. */
  readonly typescript: Start;
  /** Node and Hono alone. */
  readonly bare: Start;
  /** Node and Hono with a zod schema. */
  readonly validating: Start;
}

const host = new URL("./host-script.ts", import.meta.url);
const bareHost = new URL("./bare-host-script.ts", import.meta.url);
const validatingHost = new URL("./validating-host-script.ts", import.meta.url);
const timeoutMs = 30_000;

/** Starts each host in turn, `times` times. */
export async function coldStarts(times: number): Promise<ColdStarts> {
  const folder = await scratchFolder();
  try {
    const existing = join(folder.path, "existing");
    await mkdir(existing);
    await symlink(fileURLToPath(new URL("../node_modules", import.meta.url)), join(folder.path, "node_modules"));
    const ours = await toJavaScript(host, folder.path);
    const bare = await toJavaScript(bareHost, folder.path);
    const validating = await toJavaScript(validatingHost, folder.path);
    await startOnce(ours, existing);
    const starts: Record<keyof ColdStarts, Start[]> = {
      existing: [],
      fresh: [],
      typescript: [],
      bare: [],
      validating: [],
    };
    for (let round = 0; round < times; round += 1) {
      const fresh = join(folder.path, `fresh-${round}`);
      await mkdir(fresh);
      starts.existing.push(await startOnce(ours, existing));
      starts.fresh.push(await startOnce(ours, fresh));
      starts.typescript.push(await startOnce(fileURLToPath(host), existing));
      starts.bare.push(await startOnce(bare, existing));
      starts.validating.push(await startOnce(validating, existing));
    }
    return {
      existing: medianStart(starts.existing),
      fresh: medianStart(starts.fresh),
      typescript: medianStart(starts.typescript),
      bare: medianStart(starts.bare),
      validating: medianStart(starts.validating),
    };
  } finally {
    await folder.remove();
  }
}

/** Strips the types of a script, as for deployment. */
async function toJavaScript(script: URL, folder: string): Promise<string> {
  const name = script.pathname.split("/").at(-1)?.replace(/\.ts$/, ".mjs") ?? "";
  const path = join(folder, name);
  await writeFile(path, stripTypeScriptTypes(await readFile(script, "utf8")));
  return path;
}

async function startOnce(script: string, folder: string): Promise<Start> {
  const port = await freePort();
  const began = performance.now();
  const child = spawnPinnedNode(["--disable-warning=ExperimentalWarning", script, String(port)], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("The host did not start.");
  const ended = once(child, "exit");
  try {
    while ((await requestStatus(port)) !== 200) {
      if (child.exitCode !== null || performance.now() - began > timeoutMs)
        throw new Error(`${script} does not respond.`);
      await pause(1);
    }
    return { ms: performance.now() - began, cpuMs: cpuSeconds(pid) * 1_000 };
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

/** Status of a response that was read to its end; `null` while the connection is refused. */
function requestStatus(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path: "/api/generations/active", agent: false }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? null));
    });
    request.once("error", () => resolve(null));
  });
}

function medianStart(starts: readonly Start[]): Start {
  return { ms: medianOf(starts.map(({ ms }) => ms)), cpuMs: medianOf(starts.map(({ cpuMs }) => cpuMs)) };
}
