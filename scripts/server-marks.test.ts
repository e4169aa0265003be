import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { tempFolder } from "../packages/server/testing/temp-folder.ts";
import { root } from "./command.ts";
import { assertNoServerCode, serverLibrariesIn } from "./server-marks.ts";

/** The minified browser bundle of a module that only imports `names` of `from`. */
async function bundleOf(names: string, from: string, resolveFrom = "packages/server"): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `import ${names} from "${from}"; console.log(${names});`, resolveDir: join(root, resolveFrom) },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    conditions: ["@safelight/source"],
    // Built-in modules of Node: a bundler for browsers drops them.
    external: ["node:*", "fs", "path", "child_process"],
    logLevel: "silent",
  });
  return outputFiles.map(({ text }) => text).join("\n");
}

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await tempFolder("browser-files");
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe("the marks of code for servers", () => {
  it.each([
    ["zod", "{ z }", "zod"],
    ["zod", "{ string }", "zod"],
    ["zod", "{ ZodError }", "zod"],
    ["zod", "{ string }", "zod/mini"],
    ["zod", "{ $ZodString }", "zod/v4/core"],
    ["zod", "{ z }", "zod/v3"],
    ["hono", "{ Hono }", "hono"],
    ["hono", "{ Hono }", "hono/tiny"],
    ["hono", "{ hc }", "hono/client"],
    ["hono", "{ setCookie }", "hono/cookie"],
    ["hono", "{ zValidator }", "@hono/zod-validator"],
    ["drizzle-orm", "{ sql }", "drizzle-orm"],
    ["drizzle-orm", "{ eq }", "drizzle-orm"],
    ["drizzle-orm", "{ sqliteTable }", "drizzle-orm/sqlite-core"],
    ["drizzle-orm", "{ drizzle }", "drizzle-orm/libsql/web"],
    ["libsql", "{ createClient }", "@libsql/client/web"],
    ["libsql", "{ createClient }", "@libsql/client/http"],
    ["libsql", "{ LibsqlError }", "@libsql/client/web"],
    ["libsql", "Database", "libsql"],
    ["@safelight/server", "{ libsqlStore }", "./src/libsql.ts"],
    ["@safelight/server", "{ createSafelight }", "./src/index.ts"],
  ])("detect %s by %s of %s", async (library, names, from) => {
    expect(serverLibrariesIn(await bundleOf(names, from))).toContain(library);
  });

  it("detect nothing in the client and the hooks", async () => {
    const client = await bundleOf("{ createSafelightClient }", "@safelight/client", "packages/react");
    const hooks = await bundleOf("{ createSafelightHooks }", "./src/index.ts", "packages/react");
    expect(serverLibrariesIn(client + hooks)).toEqual([]);
    assertNoServerCode(await folderOf({ "page.js": client }));
  });
});

describe("a browser bundle", () => {
  it("is refused with the name of the file and the library when it contains code for servers", async () => {
    const client = await bundleOf("{ createSafelightClient }", "@safelight/client", "packages/react");
    const folder = await folderOf({ "page.js": client, "form.js": await bundleOf("{ string }", "zod") });
    expect(() => assertNoServerCode(folder)).toThrow(/form\.js: zod/);
  });

  it("is refused without the client, since the folder is then the wrong one", async () => {
    const folder = await folderOf({ "page.js": "" });
    expect(() => assertNoServerCode(folder)).toThrow(/does not contain the client/);
  });
});
