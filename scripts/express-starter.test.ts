import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createServer } from "vite";
import { expect, it, onTestFinished } from "vitest";
import { readRepositoryFile } from "./repository-files.ts";

const content = "a private prompt";
const inBase64 = Buffer.from(content).toString("base64");
const ofServer = ["safelight.db", "safelight.db-wal", "safelight-demo.db", "media/0f/0-ab", "server/server.ts", ".env"];
/** The plugins of the starter do not affect which files Vite serves. */
const plugins = ["node_modules/@tailwindcss/vite", "node_modules/@vitejs/plugin-react"];

it("serves the page of the starter for Express in development, and no file of its server", async () => {
  const { folder, url } = await development({
    "index.html": "<p>the page</p>",
    "src/main.ts": "export const shown = 1;",
    ...Object.fromEntries(ofServer.map((path) => [path, content])),
  });
  const get = async (path: string) => (await fetch(`${url}/${path}`)).text();
  expect(await get("")).toContain("the page");
  expect(await get("src/main.ts")).toContain("shown = 1");
  for (const path of ofServer.flatMap((file) => [file, `@fs${folder}/${file}`])) {
    for (const query of ["", "?url&inline", "?raw", "?import&raw", "?url"]) {
      const text = await get(`${path}${query}`);
      expect([path, query, text.includes(content) || text.includes(inBase64)]).toEqual([path, query, false]);
    }
  }
});

/** Serves these files with the starter's configuration of Vite. */
async function development(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "safelight-starter-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  for (const path of plugins) {
    write(`${path}/package.json`, '{ "type": "module", "exports": "./index.js" }');
    write(`${path}/index.js`, "export default () => [];");
  }
  write("package.json", '{ "type": "module" }');
  write("vite.config.ts", readRepositoryFile("packages/server/starters/express/vite.config.ts"));
  symlinkSync(join(import.meta.dirname, "../node_modules/vite"), join(folder, "node_modules/vite"));
  const vite = await createServer({
    root: folder,
    logLevel: "silent",
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, ws: false, watch: null },
  });
  onTestFinished(() => vite.close());
  const server = createHttpServer(vite.middlewares).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return { folder, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
