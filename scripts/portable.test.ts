import { join, relative } from "node:path";
import { build, type Metafile } from "esbuild";
import { describe, expect, it } from "vitest";
import { root } from "./command.ts";

const source = join(root, "packages/server/src");

/** Modules that may only use features that Node, Bun and Workers have in common. */
const portable = [
  "fal",
  "replicate",
  "openai",
  "google",
  "bfl",
  "stability",
  "cloudflare",
  "comfyui",
  "ai-sdk",
  "custom",
  "s3",
  // Modules that a copier loads on Workers.
  "lib/copier/follow-link",
  "lib/copier/transport/fetch-transport",
  "lib/process/is-on-workers",
];

/** Globals of Node. `globalThis.process` is allowed: it may be undefined. */
const ofNode = ["Buffer", "process", "global", "require", "module", "__dirname", "__filename", "setImmediate"];

interface Bundle {
  readonly inputs: Metafile["inputs"];
  /** Imports that are not bundled, static and dynamic. */
  readonly imports: readonly string[];
  readonly globals: readonly string[];
}

/** Bundles for no particular platform, and marks undeclared names of Node's globals. */
async function bundle(contents: string): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: source, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    mainFields: ["module", "main"],
    conditions: ["@safelight/source", "worker"],
    external: ["node:*"],
    define: Object.fromEntries(ofNode.map((name) => [name, `OF_NODE_${name}`])),
    write: false,
    metafile: true,
    logLevel: "silent",
    absWorkingDir: root,
  });
  const [text = ""] = outputFiles.map((file) => file.text);
  return {
    inputs: metafile.inputs,
    imports: Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path)),
    globals: [...new Set(text.match(/\bOF_NODE_\w+/g))].map((mark) => mark.replace("OF_NODE_", "")),
  };
}

const filesOf = ({ inputs }: Bundle): readonly string[] =>
  Object.keys(inputs).map((path) => relative(source, join(root, path)));

describe("an entry that runs in Node, Bun and Workers", () => {
  it.each(portable)("%s imports no module of Node and uses no global of it", async (entry) => {
    const bundled = await bundle(`export * from "./${entry}.ts";`);
    expect(filesOf(bundled)).toContain(`${entry}.ts`);
    expect(bundled).toMatchObject({ imports: [], globals: [] });
  });

  it.each([
    ["a module", `import { isIP } from "node:net"; export const is = isIP;`, { imports: ["node:net"], globals: [] }],
    ["a module that is loaded later", `export const net = () => import("node:net");`, { imports: ["node:net"] }],
    ["a global", `export const b = Buffer.from("a");`, { imports: [], globals: ["Buffer"] }],
    ["the process", `export const k = () => typeof process;`, { imports: [], globals: ["process"] }],
  ])("is detected with %s of Node", async (_, contents, found) => {
    expect(await bundle(contents)).toMatchObject(found);
  });

  it("may check for `globalThis.process`", async () => {
    const contents = `export const k = (process: number) => globalThis.process?.env["K"] ?? process;`;
    expect(await bundle(contents)).toMatchObject({ imports: [], globals: [] });
  });
});

describe("the main entry", () => {
  const notForAll = /^lib\/(provider|testing)\//;

  it("does not include an adapter that is not imported", async () => {
    const files = filesOf(await bundle(`export * from "./index.ts";`));
    expect(files).toContain("lib/compose/create-safelight.ts");
    expect(files.filter((path) => notForAll.test(path))).toEqual([]);
  });

  it("is detected with an imported adapter", async () => {
    const files = filesOf(await bundle(`export * from "./index.ts"; export * from "./custom.ts";`));
    expect(files.filter((path) => notForAll.test(path))).toEqual([
      "lib/provider/kit/resolve-limits.ts",
      "lib/provider/custom/custom.ts",
    ]);
  });
});
