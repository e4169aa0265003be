import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tempFolder } from "../packages/server/testing/temp-folder.ts";
import { root, runCommand } from "./command.ts";

/** A small workspace in which each file has one forbidden import. The folders of packages are below `packages`. */
const wrong: Readonly<Record<string, { readonly breaks: string; readonly source: string }>> = {
  "client/src/lib/contract/wire.ts": { breaks: "contract-alone", source: 'import "../create-client.js";' },
  "client/src/lib/reads-hooks.ts": { breaks: "client-not-to-react", source: 'import "../../../react/src/index.js";' },
  "client/src/lib/reads-server.ts": {
    breaks: "client-not-to-server",
    source: 'import type { Server } from "../../../server/src/index.js";\nexport type { Server };',
  },
  "client/src/lib/reads-library.ts": { breaks: "client-without-other-dependencies", source: 'import "zod";' },
  "client/src/lib/msw/reads-client.ts": {
    breaks: "client-msw-only-to-contract",
    source: 'import "../create-client.js";',
  },
  "client/src/lib/reads-mock.ts": { breaks: "client-not-to-msw", source: 'import "./msw/reads-client.js";' },
  "client/src/lib/reads-devtools.ts": {
    breaks: "client-not-to-devtools",
    source: 'import "./devtools/create-devtools.js";',
  },
  "react/src/lib/reads-server.ts": { breaks: "react-not-to-server", source: 'import "../../../server/src/index.js";' },
  "react/src/lib/reads-library.ts": { breaks: "react-without-other-dependencies", source: 'import "zod";' },
  "react/src/lib/reads-block.ts": { breaks: "packages-not-to-blocks", source: 'import "../../blocks/reads-hook";' },
  "react/blocks/reads-hook.ts": { breaks: "blocks-only-to-entries", source: 'import "../src/lib/hooks/use-credits";' },
  "react/src/lib/reads-basement.ts": {
    breaks: "packages-meet-at-entries",
    source: 'import "../../../client/src/lib/create-client.js";',
  },
  "server/src/lib/service/reads-client.ts": {
    breaks: "server-only-to-contract",
    source: 'import "../../../../client/src/index.js";',
  },
  "server/src/lib/service/reads-hooks.ts": {
    breaks: "server-not-to-react",
    source: 'import "../../../../react/src/index.js";',
  },
  "server/src/lib/provider/reads-demo.test.ts": {
    breaks: "server-not-to-demo-provider",
    source: 'import "../../../../demo-provider/src/index.js";',
  },
  "demo-provider/src/lib/reads-client.ts": {
    breaks: "demo-provider-only-to-server",
    source: 'import "../../../client/src/index.js";',
  },
  "server/src/lib/http/reads-rows.ts": {
    breaks: "server-http-not-to-store",
    source: 'import type { Rows } from "../store/libsql/rows.js";\nexport type { Rows };',
  },
  "server/src/lib/http/reads-admin.ts": {
    breaks: "server-http-not-to-admin",
    source: 'import "../admin/plain.js";',
  },
  "server/src/lib/service/reads-http.ts": {
    breaks: "server-service-not-to-http",
    source: 'import "../http/reads-rows.js";',
  },
  "server/src/lib/worker/reads-service.ts": {
    breaks: "server-worker-not-to-service",
    source: 'import "../service/plain.js";',
  },
  "server/src/lib/worker/steps/reads-loop.ts": {
    breaks: "server-worker-steps-not-to-loop",
    source: 'import "../loop/plain.js";',
  },
  "server/src/lib/worker/reads-vendor.ts": {
    breaks: "server-worker-not-to-provider",
    source: 'import "../provider/one/one.js";',
  },
  "server/src/lib/ports/reads-service.ts": {
    breaks: "server-ports-not-to-service",
    source: 'import "../service/plain.js";',
  },
  "server/src/lib/generation/reads-port.ts": {
    breaks: "server-generation-not-to-ports",
    source: 'import "../ports/plain.js";',
  },
  "server/src/lib/compose/reads-adapter.ts": {
    breaks: "server-compose-not-to-store",
    source: 'import "../store/libsql/rows.js";',
  },
  "server/src/lib/storage/reads-rows.ts": {
    breaks: "server-storage-not-to-store",
    source: 'import "../store/libsql/rows.js";',
  },
  "server/src/lib/provider/two/two.ts": { breaks: "server-adapter-not-to-sibling", source: 'import "../one/one.js";' },
  "server/src/lib/store/libsql/reads-sibling.ts": {
    breaks: "server-adapter-not-to-sibling",
    source: 'import "../postgres/plain.js";',
  },
  "server/src/lib/store/rows/reads-store.ts": {
    breaks: "server-store-kit-not-to-adapter",
    source: 'import "../postgres/plain.js";',
  },
  "server/src/lib/service/reads-attic.ts": {
    breaks: "server-lib-not-outside-rooms",
    source: 'import "../attic/plain.js";',
  },
  "server/src/lib/service/reads-fake.ts": {
    breaks: "server-not-to-testing",
    source: 'import "../../../testing/fakes/plain.js";',
  },
  "server/src/lib/store/libsql/reads-drizzle.ts": {
    breaks: "drizzle-only-in-schema-and-queries",
    source: 'import "drizzle-orm";',
  },
  "server/src/lib/store/libsql/reads-queries.ts": {
    breaks: "queries-not-at-run-time",
    source: 'import "./queries/queries.js";',
  },
  "server/src/lib/store/libsql/reads-schema.ts": {
    breaks: "schema-only-as-types",
    source: 'import "./schema/schema.js";',
  },
  "server/src/lib/store/postgres/reads-schema.ts": {
    breaks: "schema-only-as-types",
    source: 'import "./schema/schema.js";',
  },
  "server/src/lib/store/postgres/schema/reads-drizzle.ts": {
    breaks: "drizzle-only-in-schema-and-queries",
    source: 'import "drizzle-orm";',
  },
  "server/src/postgres/reads-entry.ts": { breaks: "entry-not-to-entry", source: 'import "../testing.js";' },
  "server/src/lib/service/reads-driver.ts": { breaks: "libsql-only-in-store", source: 'import "@libsql/client";' },
  "server/src/lib/service/reads-hono.ts": {
    breaks: "hono-only-in-http-admin-and-compose",
    source: 'import type { Hono } from "hono";\nexport type { Hono };',
  },
  "server/src/lib/worker/reads-sharp.ts": { breaks: "sharp-only-in-media", source: 'import "sharp";' },
  "server/src/lib/service/reads-events.ts": {
    breaks: "event-streams-only-in-openai",
    source: 'import "eventsource-parser";',
  },
  "server/src/lib/compose/reads-prompts.ts": {
    breaks: "command-line-libraries-only-in-cli",
    source: 'import "@clack/prompts";',
  },
  "server/src/lib/compose/reads-otel.ts": {
    breaks: "opentelemetry-only-in-telemetry",
    source: 'import "@opentelemetry/api";',
  },
  "server/src/lib/service/reads-zod.ts": { breaks: "zod-only-in-http", source: 'import "zod";' },
  "server/src/lib/service/reads-dev.ts": { breaks: "no-undeclared-dependency", source: 'import "dev-only";' },
  "server/src/lib/service/reads-nothing.ts": { breaks: "no-unresolvable", source: 'import "./is-not-there.js";' },
  "server/src/lib/service/reads-test.ts": { breaks: "no-production-to-test", source: 'import "./plain.test.js";' },
  "server/src/lib/service/reads-entry.ts": { breaks: "lib-not-to-own-entry", source: 'import "../../index.js";' },
  "server/src/second.ts": { breaks: "entry-not-to-entry", source: 'export * from "./index.js";' },
  "server/src/lib/ledger/one.ts": {
    breaks: "no-circular",
    source: 'import type { Two } from "./two.js";\nexport type One = Two;',
  },
  "server/testing/reads-scripts.ts": {
    breaks: "packages-not-to-workspace",
    source: 'import "../../../scripts/plain.js";',
  },
  "examples/demo/reads-basement.ts": {
    breaks: "examples-only-to-entries",
    source: 'import "../../packages/client/src/lib/create-client.js";',
  },
  "benchmarks/reads-nothing.ts": { breaks: "no-unresolvable", source: 'import "./is-not-there.js";' },
  "benchmarks/one.ts": {
    breaks: "no-circular",
    source: 'import type { Two } from "../fault-tests/two.js";\nexport type One = Two;',
  },
};

const right: Readonly<Record<string, string>> = {
  "client/src/index.ts": 'export * from "./lib/create-client.js";',
  "client/src/contract.ts": 'export * from "./lib/contract/json.js";',
  "client/src/lib/create-client.ts": 'export type { Json } from "./contract/json.js";',
  "client/src/lib/contract/json.ts": "export type Json = string;",
  "client/src/devtools.ts": 'export * from "./lib/devtools/create-devtools.js";',
  "client/src/lib/devtools/create-devtools.ts": 'export type { Json } from "../contract/json.js";',
  "demo-provider/src/index.ts": 'import "../../server/src/index.js";\nexport * from "./lib/vendor/vendor.js";',
  "demo-provider/src/lib/vendor/vendor.ts": 'import "@libsql/client";',
  "react/src/index.ts": 'export * from "./lib/hooks.js";',
  "react/src/lib/hooks.ts": "export const hooks = 1;",
  "server/src/index.ts": 'export * from "./lib/compose/compose.js";',
  "server/src/lib/compose/compose.ts": 'import "../http/routes.js";\nimport "../worker/worker.js";\nimport "hono";',
  "server/src/lib/admin/plain.ts": 'import "../http/routes.js";\nimport "../service/plain.js";\nimport "hono";',
  "server/src/lib/http/routes.ts": 'import "../service/plain.js";\nimport "hono";\nimport "zod";',
  "server/src/lib/worker/loop/plain.ts": 'import "../steps/plain.js";',
  "server/src/lib/worker/steps/plain.ts": "export const plain = 1;",
  "server/src/lib/worker/worker.ts": 'import "../ports/plain.js";',
  "server/src/lib/service/plain.ts": 'import "../ports/plain.js";\nimport "../generation/plain.js";',
  "server/src/lib/service/plain.test.ts": 'import "../store/libsql/rows.js";\nimport "./plain.js";',
  "server/src/lib/ports/plain.ts": 'import "../generation/plain.js";',
  "server/src/lib/generation/plain.ts":
    'import type { Json } from "../../../../client/src/contract.js";\nexport type { Json };',
  "server/src/lib/store/libsql/rows.ts":
    'import "../../ports/plain.js";\nimport type { Table } from "./schema/schema.js";\nexport type Rows = Table;',
  "server/src/lib/store/libsql/schema/schema.ts": 'import "drizzle-orm";\nexport type Table = 1;',
  "server/src/lib/store/libsql/queries/queries.ts": 'import "drizzle-orm";\nimport "../schema/schema.js";',
  "server/src/lib/store/postgres/plain.ts": 'import "../rows/plain.js";',
  "server/src/lib/store/postgres/schema/schema.ts": 'import "drizzle-orm";',
  "server/src/postgres/plain.ts": 'import "../lib/store/postgres/schema/schema.js";',
  "server/src/lib/store/rows/plain.ts":
    'import type { Table } from "../libsql/schema/schema.js";\nexport type Row = Table;',
  "server/src/lib/provider/one/one.ts": 'import "../../ports/plain.js";',
  "server/src/testing.ts": 'export * from "../testing/fakes/plain.js";',
  "server/testing/fakes/plain.ts": 'import "../../src/lib/service/plain.js";\nimport "hono";',
  "fault-tests/two.ts": 'import type { One } from "../benchmarks/one.js";\nexport type Two = One;',
  "scripts/plain.ts": "export const plain = 1;",
  "server/src/lib/attic/plain.ts": "export const plain = 1;",
  "server/src/lib/ledger/two.ts": 'import type { One } from "./one.js";\nexport type Two = One;',
};

const libraries = [
  "zod",
  "hono",
  "drizzle-orm",
  "@libsql/client",
  "eventsource-parser",
  "@opentelemetry/api",
  "@clack/prompts",
  "dev-only",
];
const peers = Object.fromEntries(libraries.filter((name) => name !== "dev-only").map((name) => [name, "*"]));
const manifest = JSON.stringify({ peerDependencies: peers, devDependencies: { "dev-only": "*" } });

const workspace = await tempFolder("rooms", afterAll);
let violations: readonly { readonly from: string; readonly rule: string }[] = [];

beforeAll(async () => {
  write("package.json", "{}");
  write("tsconfig.json", "{}");
  for (const name of ["client", "react", "server", "demo-provider"]) write(`packages/${name}/package.json`, manifest);
  for (const [file, source] of Object.entries(right)) write(pathOf(file), source);
  for (const [file, { source }] of Object.entries(wrong)) write(pathOf(file), source);
  for (const name of libraries) {
    write(`libraries/node_modules/${name}/package.json`, JSON.stringify({ name, main: "index.js" }));
    write(`libraries/node_modules/${name}/index.js`, "");
  }
  symlinkSync(join(workspace, "libraries/node_modules"), join(workspace, "node_modules"));
  const config = join(root, ".dependency-cruiser.cjs");
  const folders = ["packages", "fault-tests", "benchmarks", "examples", "scripts"];
  const args = ["--config", config, "--output-type", "json", ...folders];
  const { output } = await runCommand(["depcruise", ...args], { cwd: workspace });
  const { summary } = JSON.parse(output) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  violations = summary.violations.map(({ from, rule }) => ({ from: from.replace("packages/", ""), rule: rule.name }));
});

function pathOf(file: string): string {
  return /^(client|demo-provider|react|server)\//.test(file) ? `packages/${file}` : file;
}

function write(file: string, text: string): void {
  const path = join(workspace, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

describe("the room rules", () => {
  it.each(Object.entries(wrong))("%s breaks its rule", (file, { breaks }) => {
    expect(violations.filter(({ from }) => from === file).map(({ rule }) => rule)).toContain(breaks);
  });

  it("allow the imports of the architecture", () => {
    const innocent = Object.keys(right).filter((file) => !file.endsWith("/two.ts"));
    expect(violations.filter(({ from }) => innocent.includes(from))).toEqual([]);
  });

  it("each have a file here that breaks them, except the rules between rooms, which one table generates", () => {
    const source = readFileSync(join(root, ".dependency-cruiser.cjs"), "utf8");
    const named = [...source.matchAll(/^\s+(?:name: |onlyIn\(\s*)"([a-z-]+)"/gm)].map((match) => match[1]);
    const broken = Object.values(wrong).map(({ breaks }) => breaks);
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => name !== undefined && !broken.includes(name))).toEqual([]);
  });
});
