import { mkdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { dirname, join } from "node:path";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono, type MiddlewareHandler } from "hono";
import { deriveKey, loadDemoSecret } from "./demo-secret.ts";
import { docsRoutes } from "./docs-routes.ts";
import type { Environment } from "./environment.ts";
import { createHandoverLinks } from "./handover-links.ts";
import { listen } from "./listen.ts";
import { migrateTables } from "./migrate-tables.ts";
import { findNetworkAddress, isLoopback } from "./network-address.ts";
import { openDatabase } from "./open-database.ts";
import { operatorPage } from "./operator-page.ts";
import { type App, composeSafelight } from "./safelight.ts";
import { parseSettings, type Settings } from "./settings.ts";
import { configuredVendors } from "./vendor-settings.ts";
import { identifyVisitor } from "./visitor-cookie.ts";
import { visitorRoutes } from "./visitor-routes.ts";

/** Grace period for open requests at shutdown, in milliseconds. */
const drainMs = 1_500;

/** A Hono app on Node's own server. */
export type DemoApp = Hono<{ Bindings: HttpBindings }>;

/** Creates an app whose handlers can access Node's request and response. It ignores a trailing slash in a path. */
export function createDemoApp(): DemoApp {
  return new Hono<{ Bindings: HttpBindings }>({ strict: false });
}

/** Dependencies of the app that serves the pages. */
export interface PagesContext {
  /** Sets the visitor's cookie. Use it for pages and not for assets: a cached asset must not carry a cookie. */
  readonly identifyVisitor: MiddlewareHandler;
  readonly server: Server;
  readonly settings: Settings;
}

/**
 * Starts the role of `DEMO_ROLE`, prints the address, and drains on SIGTERM and SIGINT.
 *
 * @throws {SettingsError} when a variable is invalid, the port is in use, or the database is unavailable.
 */
export async function startDemo(options: {
  /** The demo's own folder. */
  readonly folder: string;
  readonly environment: Environment;
  /** Creates the app for all paths outside the API. Called only by a role that serves HTTP. */
  readonly createPages: (context: PagesContext) => DemoApp | Promise<DemoApp>;
}): Promise<void> {
  const settings = parseSettings(options.environment, options.folder);
  const { filePrefix, role } = settings;
  await mkdir(dirname(filePrefix), { recursive: true });
  const secret = settings.secret ?? (await loadDemoSecret(`${filePrefix}.secret`));
  const database = openDatabase(settings.database);
  const safelight = composeSafelight({ settings, secret, database });
  const close = async (): Promise<void> => {
    await safelight.close();
    await database.close();
  };
  await migrateTables(safelight, close);
  if (role === "migrate") {
    await close();
    return console.log(`The tables are up to date in ${describeDatabase(settings)}`);
  }

  const server = createServer();
  let operatorToken: string | null = null;
  if (role !== "worker") {
    const app = createDemoApp();
    // For liveness checks: it uses no database, whose outage a restart does not repair.
    app.get("/live", (context) => context.text("ok"));
    const identify = identifyVisitor(deriveKey(secret, "visitor"));
    app.use("/api/*", identify);
    app.route("/api/generations", safelight.app);
    app.route(
      "/api/visitor",
      visitorRoutes({
        links: createHandoverLinks(`${filePrefix}.handover`),
        networkAddress: () => networkAddressOf(settings),
        topUp: settings.grant === 0 ? null : topUpOf(safelight, settings.grant),
      }),
    );
    app.all("/api/*", (context) => context.json({ detail: "Not found" }, 404));
    const operatorLinks = createHandoverLinks(`${filePrefix}.operator`);
    app.route("/admin", operatorPage({ safelight, secret, links: operatorLinks, now: Date.now }));
    operatorToken = (await operatorLinks.create("operator")).token;
    app.route("/docs", docsRoutes(join(options.folder, "../../docs")));
    app.route("/", await options.createPages({ identifyVisitor: identify, server, settings }));
    server.on("request", getRequestListener(app.fetch));
    await listen(server, settings);
  }
  if (role !== "web") safelight.worker.start();

  drainOnSignal(async () => {
    await Promise.all([server.listening ? closeServer(server) : null, safelight.worker.stop()]);
    await close();
  });
  console.log(startupMessage({ settings, server, operatorToken }));
}

/** Without the password of a URL. */
function describeDatabase({ database }: Settings): string {
  if (database.kind === "file") return database.path;
  const { host, pathname, searchParams } = new URL(database.url);
  return `Postgres at ${searchParams.get("host") ?? host}${pathname}${database.redisUrl === null ? "" : ", with Redis"}`;
}

/** Stands in for a payment: grants the credits of a new visitor once per key. */
function topUpOf({ api }: App, amount: number) {
  return (visitorId: string, key: string) =>
    api.grantCredits({ accountId: visitorId, amount, key: `top-up ${key}`, reason: "top-up" });
}

/** Address of this process for other machines; `null` when only this machine can connect. */
function networkAddressOf({ host }: Settings): string | null {
  if (host === null || host === "0.0.0.0" || host === "::") return findNetworkAddress();
  return isLoopback(host) ? null : host;
}

function startupMessage(started: {
  readonly settings: Settings;
  readonly server: Server;
  readonly operatorToken: string | null;
}): string {
  const { operatorToken, server, settings } = started;
  const { role, vendors } = settings;
  const offered = `Models: ${["demo", ...configuredVendors(vendors)].join(", ")}`;
  const address = server.address();
  if (address === null || typeof address === "string")
    return `Safelight demo (worker only) on ${describeDatabase(settings)}, process ${process.pid}\n${offered}`;
  return [
    `Safelight demo${role === "web" ? " (pages only)" : ""}: http://localhost:${address.port}`,
    ...networkLines(settings, address.port),
    offered,
    `Operator page (works once, for 10 minutes): http://localhost:${address.port}/admin/sign-in?link=${operatorToken}`,
    `Process ${process.pid}: kill -9 ${process.pid} while an image develops, start the demo again, and it continues.`,
  ].join("\n");
}

/** Lines about access from other machines, and how to change it. */
function networkLines(settings: Settings, port: number): readonly string[] {
  const address = networkAddressOf(settings);
  if (address === null) return ["Only this machine can connect."];
  const isPaid = configuredVendors(settings.vendors).length > 0;
  return [
    `On your network: http://${address}:${port} (set HOST=127.0.0.1 to accept connections from this machine only)`,
    ...(isPaid ? ["Everyone on your network can spend with your vendors' keys."] : []),
  ];
}

/** Exits when `drain` has finished. A second signal exits at once, as SIGKILL would. */
function drainOnSignal(drain: () => Promise<void>): void {
  let draining = false;
  const end = (): void => {
    if (draining) process.exit(130);
    draining = true;
    drain().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error("The demo did not shut down cleanly:", error);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}

/**
 * Stops accepting connections and closes the open ones after a grace period. Streams and long polls outlast it, and their
 * clients reconnect.
 */
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
