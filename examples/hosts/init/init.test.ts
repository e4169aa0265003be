import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { createFreshApp, type FreshApp, template } from "./fresh-app.ts";
import { type ServerProcess, startProcess } from "./start-process.ts";

const layout = `export default function RootLayout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>;
}
`;

const startServer = `import { serve } from "@hono/node-server";
import handler from "./dist/server/server.js";

serve({ fetch: handler.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => process.stdout.write(\`http://127.0.0.1:\${port}/\\n\`));
`;

// Creates an app with a framework's own template, runs `safelight init`, and serves it. It downloads each framework, so
// that only the long form runs it.
describe("safelight init in a fresh app", { skip: process.env.HOSTS_LONG !== "1" }, () => {
  const running: ServerProcess[] = [];
  after(() => {
    for (const server of running) server.killGroup();
  });

  async function start(app: FreshApp, command: string, ready?: RegExp): Promise<ServerProcess> {
    const env = { NODE_ENV: "production", NEXT_MANUAL_SIG_HANDLE: "true", NEXT_TELEMETRY_DISABLED: "1" };
    const server = await startProcess(["sh", "-c", `exec ${command}`], {
      cwd: app.folder,
      env,
      ...(ready && { ready }),
    });
    running.push(server);
    return server;
  }

  /** Develops an image through the server, checks the whole app with `safelight doctor`, and drains the worker. */
  async function prove(app: FreshApp, server: ServerProcess): Promise<void> {
    const base = `${server.url}/api/generations`;
    const submitted = await fetch(base, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "poster", input: { prompt: "a lighthouse" } }),
    });
    assert.equal(submitted.status, 202, await submitted.clone().text());
    const { generation } = await submitted.json();
    for (let status = "pending"; status !== "completed"; ) {
      const response = await fetch(`${base}/${generation.id}?wait=20`);
      ({ status } = (await response.json()).generation);
      assert.notEqual(status, "failed");
    }
    // The generated `identify` has one user, until the host adds its sessions.
    const findings = JSON.parse(
      app.run(`node_modules/.bin/safelight doctor --server ${base} --header x-user:me --json || true`),
    );
    assert.deepEqual(
      findings.map(({ id }: { id: string }) => id),
      ["open-to-everyone"],
      JSON.stringify(findings),
    );
    assert.equal(await server.stop("SIGTERM"), 0, "the worker is drained at SIGTERM");
  }

  test("Next.js", async () => {
    const app = createFreshApp("next-app", `${template("create-next-app")} next-app --yes --skip-install --no-eslint`);
    assert.deepEqual([app.plan.framework, app.plan.pastes], ["next", []]);
    // The layout of the template downloads its fonts.
    writeFileSync(join(app.folder, "app/layout.tsx"), layout);
    app.run("node --run build");
    await prove(
      app,
      await start(app, "node_modules/.bin/next start -H 127.0.0.1 -p 0", /http:\/\/127\.0\.0\.1:(\d+)[\s\S]*Ready/),
    );
  });

  test("Vite with Hono", async () => {
    const app = createFreshApp(
      "vite-app",
      `${template("create-vite")} vite-app --template react-ts --no-interactive
       cd vite-app && npm pkg set type=module dependencies.hono='*' dependencies.@hono/node-server='*'`,
    );
    assert.equal(app.plan.framework, "hono");
    const [paste] = app.plan.pastes;
    const text = paste?.text.replace(/^app\.route.*\n/m, "") ?? "";
    const [imports = "", starts = ""] = text.split("// After serve():");
    writeFileSync(
      join(app.folder, "server.ts"),
      `import { serve } from "@hono/node-server";
import { Hono } from "hono";
${imports.replace(".js", ".ts")}
const app = new Hono().route("/api/generations", safelight.app);
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => process.stdout.write(\`http://127.0.0.1:\${port}/\\n\`));
${starts}`,
    );
    await prove(app, await start(app, "node --env-file=.env server.ts"));
  });

  test("TanStack Start", async () => {
    const app = createFreshApp(
      "start-app",
      `${template("@tanstack/cli")} create start-app --framework React --blank --no-intent --no-install --no-git --package-manager pnpm --yes`,
      ["@hono/node-server"],
    );
    assert.deepEqual([app.plan.framework, app.plan.pastes], ["tanstack-start", []]);
    app.run("node --run build");
    // The preview of Vite compresses event streams.
    writeFileSync(join(app.folder, "start.ts"), startServer);
    await prove(app, await start(app, "node --env-file=.env start.ts"));
  });

  test("SvelteKit", async () => {
    const app = createFreshApp(
      "svelte-app",
      `${template("sv")} create svelte-app --template minimal --types ts --no-add-ons --no-install
       cd svelte-app && ${template("sv")} add sveltekit-adapter=adapter:node --no-install --no-git-check`,
    );
    assert.deepEqual([app.plan.framework, app.plan.pastes], ["sveltekit", []]);
    app.run("node --run build");
    // The adapter prints the port of its variable, and not the one of its server.
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await prove(app, await start(app, `env HOST=127.0.0.1 PORT=${port} node --env-file=.env build`));
  });
});
