import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProcess } from "./start-process.ts";

const app = import.meta.dirname;
const commands = {
  next: [join(app, "node_modules", "next", "dist", "bin", "next"), "dev", app, "-H", "127.0.0.1", "-p", "0"],
  vite: [join(app, "vite-server.js")],
};

/** Starts a development server on a free port, with a new database. `name` is one of `commands`. */
export async function startDevServer(name) {
  const folder = mkdtempSync(join(tmpdir(), `safelight-${name}-dev-`));
  const server = await startProcess([process.execPath, ...commands[name]], {
    cwd: app,
    env: { DATA_FOLDER: folder, NODE_ENV: "development", NEXT_MANUAL_SIG_HANDLE: "true" },
    ready: /Local:\s+http:\/\/127\.0\.0\.1:(\d+)[\s\S]*Ready/,
  });
  return {
    url: server.url,
    folder,
    /** Open files of the database, in all processes of the server. */
    openFiles: () => databaseFiles(folder).length,
    /** Sends SIGTERM to the process that has the database open. Resolves when the server has exited. */
    terminate: async () => {
      process.kill(databaseFiles(folder)[0].pid, "SIGTERM");
      await server.exit;
    },
    dispose: async () => {
      server.killGroup();
      await server.exit;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function databaseFiles(folder) {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids
    .flatMap((pid) => linksOf(`/proc/${pid}/fd`).map((target) => ({ pid: Number(pid), target })))
    .filter(({ target }) => target.startsWith(join(folder, "safelight.db")));
}

/** Empty for a process of another user, or one that has exited. */
function linksOf(fds) {
  try {
    return readdirSync(fds).map((fd) => {
      try {
        return readlinkSync(join(fds, fd));
      } catch {
        return "";
      }
    });
  } catch {
    return [];
  }
}
