import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { type HealthyHost, healthyHost } from "../../../../test/projects/healthy-host.js";
import { testServer } from "../../../../testing/test-server.js";
import type { SafelightOptions } from "../../compose/options.js";
import { toNodeHandler } from "../../http/mount/node-handler.js";
import type { Models } from "../../model/define-model.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import type { CommandContext } from "../command.js";
import { runCommand } from "../run-command.js";
import type { Finding } from "./finding.js";

/** A proxy in front of the server. Returns true if it has responded itself. */
type Proxy = (request: IncomingMessage, response: ServerResponse) => boolean | undefined;

async function serve(options: Partial<SafelightOptions<Models>> = {}, proxy: Proxy = () => false): Promise<string> {
  const { safelight } = await testServer(options);
  const handler = toNodeHandler(safelight);
  const server = createServer((request, response) => {
    if (!proxy(request, response)) handler(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const session = ["--header", "authorization: Bearer ann"];

async function findingsOf(url: string, given: { host?: HealthyHost; args?: string[] } & CommandContext = {}) {
  const { args = [], host = await healthyHost(), ...context } = given;
  const all = ["doctor", "--project", host.folder, "--server", url, "--json", ...args];
  const { errors, output } = await runCommand(all, context);
  expect(errors).toBe("");
  const findings: readonly Finding[] = JSON.parse(output);
  return findings;
}

const respond = (response: ServerResponse, status: number, body: string): true => {
  response.writeHead(status, { "content-type": "text/html" }).end(body);
  return true;
};

const breaks: readonly (readonly [Finding["id"], string, Partial<SafelightOptions<Models>>, Proxy])[] = [
  ["server-unmounted", "pass it as basePath", {}, (_, response) => respond(response, 404, "Not found")],
  [
    "server-unhealthy",
    "server's log",
    { storage: { ...memoryStorage(), ping: () => Promise.reject(new Error("no bucket")) } },
    () => false,
  ],
  ["open-to-everyone", "return null", { identify: () => "me" }, () => false],
  ["cross-origin-open", "trustedOrigins", { trustedOrigins: ["https://untrusted.invalid"] }, () => false],
  [
    "webhooks-blocked",
    "Exempt /webhooks/",
    {},
    ({ url }, response) => url?.includes("/webhooks/") && respond(response, 302, "Sign in"),
  ],
  [
    "stream-blocked",
    "--header of a signed-in user",
    {},
    ({ url }, response) => url?.includes("/events") && respond(response, 200, "A page"),
  ],
  [
    "stream-blocked",
    "buffering",
    {},
    ({ url }, response) => {
      if (!url?.includes("/events")) return false;
      response.writeHead(200, { "content-type": "text/event-stream" }).end();
      return true;
    },
  ],
  [
    "stream-compressed",
    "compression",
    {},
    ({ url }, response) => {
      if (url?.includes("/events")) response.setHeader("content-encoding", "identity");
      return false;
    },
  ],
];

describe("safelight doctor --server", () => {
  it("finds nothing on a healthy server, also with a session, and creates nothing", async () => {
    const url = await serve();
    expect(await findingsOf(`${url}/api/generations/`)).toEqual([]);
    expect(await findingsOf(`${url}/api/generations`, { args: session })).toEqual([]);
    const list = await fetch(`${url}/api/generations`, { headers: { authorization: "Bearer ann" } });
    expect(await list.json()).toMatchObject({ generations: [] });
  });

  it.each(breaks)("reports %s with its fix: %s", async (id, fix, options, proxy) => {
    const url = await serve(options, proxy);
    const findings = await findingsOf(`${url}/api/generations`, { args: session });
    expect(findings.map((found) => found.id)).toEqual([id]);
    expect(findings[0]?.fix).toContain(fix);
  });

  it("reports a connection without TLS, unless it stays on this machine", async () => {
    const port = new URL(await serve()).port;
    // Connects to this machine, as an address of a network does.
    const findings = await findingsOf(`http://0.0.0.0:${port}/api/generations`);
    expect(findings).toMatchObject([{ id: "without-https", fix: expect.stringContaining("https") }]);
    expect(await findingsOf(`http://localhost:${port}/api/generations`)).toEqual([]);
  });

  it("sends the webhook as vendors do: a framework may refuse forms of other origins", async () => {
    const url = await serve({}, ({ headers, method, url: path }, response) => {
      const isForm = method === "POST" && headers["content-type"] !== "application/json";
      return path?.includes("/webhooks/") && isForm && respond(response, 403, "Cross-site form");
    });
    expect(await findingsOf(`${url}/api/generations`)).toEqual([]);
  });

  it("reports a wrong path, a server that does not run, and a clock that differs", async () => {
    const url = await serve();
    expect(await findingsOf(`${url}/api/images`)).toMatchObject([{ id: "server-unmounted" }]);
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    expect(await findingsOf(`http://127.0.0.1:${port}/api/generations`)).toMatchObject([
      { id: "server-unreachable", message: expect.stringContaining("ECONNREFUSED") },
    ]);
    const now = () => Date.now() + 600_000;
    expect(await findingsOf(`${url}/api/generations`, { now })).toMatchObject([{ id: "server-clock" }]);
  });
});
