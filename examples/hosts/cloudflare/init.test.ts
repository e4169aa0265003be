import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunningWorker, startWorker } from "./start-worker.ts";

const here = import.meta.dirname;
const app = join(here, "app");
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

let worker: RunningWorker | null = null;
after(() => worker?.close());

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(join(here, "node_modules/.bin", program), args, { cwd: app, encoding: "utf8" });
}

// The short form runs the example, which is the same but for its file names.
it("serves an image from the files of safelight init", { skip: process.env.HOSTS_LONG !== "1" }, async () => {
  mkdirSync(join(app, "src"), { recursive: true });
  writeFileSync(
    join(app, "package.json"),
    '{ "name": "images", "type": "module", "devDependencies": { "wrangler": "*" } }',
  );
  writeFileSync(join(app, "tsconfig.json"), "{}");
  const settings = { name: "images", main: "src/index.ts", compatibility_date: "2026-11-01", send_metrics: false };
  writeFileSync(join(app, "wrangler.jsonc"), JSON.stringify(settings));
  const { plan } = JSON.parse(run("safelight", "init", "--yes", "--admin", "--no-install", "--json"));
  assert.equal(plan.framework, "workers");
  const [handlers, bindings, admin] = plan.pastes.map(({ text }: { text: string }) => text);
  const pasted = JSON.parse(`{ ${bindings.replaceAll("…", "0")} }`);
  writeFileSync(join(app, "wrangler.jsonc"), JSON.stringify({ ...settings, ...pasted }));
  const [imports, members] = handlers.split("// In the default export:\n");
  const [adminImport, adminLine] = admin.split("\n");
  writeFileSync(
    join(app, "src/index.ts"),
    `${imports}${adminImport}\nexport default {\n${members.replace("=> safelight.handler(request, execution)", `=> {\n${adminLine}\nreturn safelight.handler(request, execution);\n}`)}};\n`,
  );
  run("wrangler", "deploy", "--dry-run", "--outdir", "../dist/init");

  worker = await startWorker(async () => png, "init/index.js");
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ model: "poster", input: { prompt: "a red bicycle" } });
  const submitted = await worker.request("/api/generations", { method: "POST", headers, body });
  assert.equal(submitted.status, 202, await submitted.clone().text());
  const { generation } = (await submitted.json()) as { generation: { id: string; status: string } };
  for (let { status } = generation; status !== "completed"; ) {
    await sleep(200);
    const response = await worker.request(`/api/generations/${generation.id}`);
    ({ status } = ((await response.json()) as { generation: { status: string } }).generation);
    assert.notEqual(status, "failed", worker.log.join("\n"));
  }
  // The generated `authorize` knows no admins.
  assert.equal((await worker.request("/admin/safelight")).status, 404);
  assert.deepEqual(await worker.audit(), []);
});
