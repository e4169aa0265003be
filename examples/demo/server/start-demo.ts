import { mkdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { dirname, join } from "node:path";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono, type MiddlewareHandler } from "hono";
import { deriveKey, isSystemError, loadDemoSecret } from "./demo-secret.ts";
import { docsRoutes } from "./docs-routes.ts";
import { SettingsError } from "./environment.ts";
import { createHandoverLinks } from "./handover-links.ts";
import { findNetworkAddress, isLoopback } from "./network-address.ts";
import { type App, composeSafelight } from "./safelight.ts";
import { parseSettings, type Settings } from "./settings.ts";
import { configuredVendors } from "./vendor-settings.ts";
import { identifyVisitor } from "./visitor-cookie.ts";
import { visitorRoutes } from "./visitor-routes.ts";

/** How long open requests may take to end once the process was asked to, in milliseconds. */
const drainMs = 1_500;

/** A Hono app on Node's own server. */
export type DemoApp = Hono<{ Bindings: HttpBindings }>;

/** An app whose handlers may reach Node's request and response. A slash at the end of a path changes nothing. */
export function createDemoApp(): DemoApp {
  return new Hono<{ Bindings: HttpBindings }>({ strict: false });
}

/** Starts what `DEMO_ROLE` names, prints where it is, and drains at SIGTERM and SIGINT. */
export async function startDemo(options: {
  /** The demo's own folder. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Serves everything that is no API; asked for only where HTTP is served. `remember` goes before the page itself, and
   * not before its assets: what caches keep names nobody.
   */
  readonly pages: (remember: MiddlewareHandler, server: Server, settings: Settings) => DemoApp | Promise<DemoApp>;
}): Promise<void> {
  const settings = parseSettings(options.environment, options.folder);
  await mkdir(dirname(settings.databaseFile), { recursive: true });
  const secret = settings.secret ?? (await loadDemoSecret(`${settings.databaseFile}.secret`));
  const safelight = composeSafelight({ ...settings, secret });
  await safelight.migrate();

  const server = createServer();
  if (settings.role !== "worker") {
    const app = createDemoApp();
    const remember = identifyVisitor(deriveKey(secret, "visitor"));
    app.use("/api/*", remember);
    app.route("/api/generations", safelight.app);
    app.route(
      "/api/visitor",
      visitorRoutes({
        links: createHandoverLinks(`${settings.databaseFile}.handover`),
        networkAddress: () => addressOnNetwork(settings),
        topUp: settings.grant === 0 ? null : topUpOf(safelight, settings.grant),
      }),
    );
    app.all("/api/*", (context) => context.json({ detail: "Not found" }, 404));
    app.route("/docs", docsRoutes(join(options.folder, "../../docs")));
    app.route("/", await options.pages(remember, server, settings));
    server.on("request", getRequestListener(app.fetch));
    await listen(server, settings);
  }
  if (settings.role !== "web") safelight.worker.start();

  drainAtSignal(async () => {
    await Promise.all([server.listening ? closeServer(server) : null, safelight.worker.stop()]);
    await safelight.close();
  });
  console.log(startupMessage(settings, server));
}

/** The stub of a payment: as many credits as a new visitor has, once per key. */
function topUpOf({ api }: App, amount: number) {
  return (visitorId: string, key: string) =>
    api.grantCredits({ accountId: visitorId, amount, key: `top-up ${key}`, reason: "top-up" });
}

/** `null` where others do not reach this process. */
function addressOnNetwork({ host }: Settings): string | null {
  if (host === null || host === "0.0.0.0" || host === "::") return findNetworkAddress();
  return isLoopback(host) ? null : host;
}

function listen(server: Server, { port, host }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const taken = isSystemError(error, "EADDRINUSE");
      reject(taken ? new SettingsError(`port ${port} is in use; choose another one, such as PORT=${port + 1}`) : error);
    });
    server.listen({ port, ...(host !== null && { host }) }, resolve);
  });
}

function startupMessage(settings: Settings, server: Server): string {
  const { role, databaseFile, vendors } = settings;
  const offered = `Models: ${["demo", ...configuredVendors(vendors)].join(", ")}`;
  const address = server.address();
  if (address === null || typeof address === "string")
    return `Developing what is in ${databaseFile} (process ${process.pid})\n${offered}`;
  return [
    `Safelight demo${role === "web" ? " (pages only)" : ""}: http://localhost:${address.port}`,
    ...networkLines(settings, address.port),
    offered,
    `Its process is ${process.pid}: kill -9 ${process.pid} in the middle of a picture, start it again, and it goes on.`,
  ].join("\n");
}

/** Says who else reaches this process, and how to change that. */
function networkLines(settings: Settings, port: number): readonly string[] {
  const address = addressOnNetwork(settings);
  if (address === null) return ["Only this machine reaches it."];
  const isPaid = configuredVendors(settings.vendors).length > 0;
  return [
    `On your network: http://${address}:${port} (HOST=127.0.0.1 keeps it to this machine)`,
    ...(isPaid ? ["Everyone on your network can spend with your vendors' keys."] : []),
  ];
}

/** Ends the process once `drain` is through; a second signal ends it at once, as SIGKILL would. */
function drainAtSignal(drain: () => Promise<void>): void {
  let draining = false;
  const end = (): void => {
    if (draining) process.exit(130);
    draining = true;
    drain().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error("The demo did not end cleanly:", error);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}

/** Takes no new connections, lets short answers end, and cuts off the rest: they are waits that a client repeats. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
