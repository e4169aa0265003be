import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { readSettings } from "./settings.ts";
import { createStudio } from "./studio.ts";

/** Time for open requests at the end, in milliseconds. Streams outlast it, and reconnect through another process. */
const drainMs = 1_500;

// Runs the role of STUDIO_ROLE until SIGTERM or SIGINT.
try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function run(): Promise<void> {
  const settings = readSettings(process.env);
  const { role, host, port } = settings;
  const studio = createStudio(settings);
  await studio.migrate();
  if (role === "migrate") {
    await studio.close();
    return console.log("The tables are up to date.");
  }
  const server = role === "worker" ? null : createServer(getRequestListener(studio.serve().fetch));
  if (server !== null) await listen(server, { port, host });
  if (role !== "web") studio.safelight.worker.start();
  endOnSignal(async () => {
    await Promise.all([server === null ? null : closeServer(server), studio.safelight.worker.stop()]);
    await studio.close();
  });
  const address = server?.address();
  const where = typeof address === "object" && address !== null ? ` on port ${address.port}` : "";
  console.log(`Studio (${role})${where} is ready, process ${process.pid}.`);
}

function listen(
  server: Server,
  { port, host }: { readonly port: number; readonly host: string | null },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, ...(host !== null && { host }) }, resolve);
  });
}

/** A second signal ends the process at once, as SIGKILL would. */
function endOnSignal(drain: () => Promise<void>): void {
  let isEnding = false;
  const end = (): void => {
    if (isEnding) process.exit(130);
    isEnding = true;
    drain().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error("The studio did not shut down cleanly:", error);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", end).on("SIGINT", end);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
