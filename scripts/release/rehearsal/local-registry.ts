import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endGroup } from "../../command.ts";
import { freePort } from "../../free-port.ts";

/** An npm registry on the loopback address. */
export interface LocalRegistry {
  readonly url: string;
  /** Resolves when the process has ended. Idempotent. */
  stop(): Promise<void>;
}

/** Folder whose manifest installs the release tools: package managers, runtimes and the registry. */
export const toolsFolder = join(import.meta.dirname, "tools");

/**
 * Starts a registry that holds the packages that are published to it, and serves all others from the configured registry.
 *
 * @param folder for its files. Created if it does not exist.
 * @throws {Error} if the registry ends before it responds.
 */
export async function startLocalRegistry(folder: string): Promise<LocalRegistry> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, "config.yaml");
  // JSON is also YAML.
  writeFileSync(config, JSON.stringify(configOf(folder), null, 2));
  const program = join(toolsFolder, "node_modules", ".bin", "verdaccio");
  const process = spawn(program, ["--config", config, "--listen", `127.0.0.1:${port}`], {
    stdio: ["ignore", "ignore", "inherit"],
    detached: true,
  });
  await waitUntilReady(url, process);
  return { url, stop: () => stop(process) };
}

function configOf(folder: string): object {
  const uplink = spawnSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).stdout.trim();
  return {
    storage: join(folder, "storage"),
    uplinks: { upstream: { url: uplink, timeout: "120s", maxage: "1h", max_fails: 20 } },
    packages: {
      "@safelight/*": { access: "$all", publish: "$anonymous" },
      "**": { access: "$all", proxy: "upstream" },
    },
    max_body_size: "50mb",
    log: { type: "stdout", level: "error" },
    web: { enable: false },
    middlewares: {},
  };
}

/** Waits for the registry's first response. */
async function waitUntilReady(url: string, process: ChildProcess): Promise<void> {
  for (;;) {
    if (process.exitCode !== null) throw new Error(`The local registry ended with exit code ${process.exitCode}.`);
    const isUp = await fetch(`${url}/-/ping`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function stop(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null) return;
  const exited = once(process, "exit");
  endGroup(process.pid);
  await exited;
}
