import { join, relative } from "node:path";
import { build, type Metafile } from "esbuild";
import { describe, expect, it } from "vitest";
import { root } from "./command.ts";

const source = join(root, "packages/server/src");

/** What Node, Bun and Workers have alike is all that these may use. */
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
  // And what a copier loads on Workers.
  "lib/copier/follow-link",
  "lib/copier/transport/ask-by-fetch",
  "lib/process/is-on-workers",
];

/** Of Node alone. `globalThis.process` may be asked for: it may be missing. */
const ofNode = ["Buffer", "process", "global", "require", "module", "__dirname", "__filename", "setImmediate"];

interface Bundle {
  readonly inputs: Metafile["inputs"];
  /** What is asked for outside of the bundle, at its start or later. */
  readonly imports: readonly string[];
  readonly globals: readonly string[];
}

/** As a bundler does it that knows no platform: names that nobody has declared get a mark. */
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
  it.each(portable)("%s imports nothing of Node, and names none of its globals", async (entry) => {
    const bundled = await bundle(`export * from "./${entry}.ts";`);
    expect(filesOf(bundled)).toContain(`${entry}.ts`);
    expect(bundled).toMatchObject({ imports: [], globals: [] });
  });

  it.each([
    ["a module", `import { isIP } from "node:net"; export const is = isIP;`, { imports: ["node:net"], globals: [] }],
    ["a module that is loaded later", `export const net = () => import("node:net");`, { imports: ["node:net"] }],
    ["a global", `export const b = Buffer.from("a");`, { imports: [], globals: ["Buffer"] }],
    ["the process", `export const k = () => typeof process;`, { imports: [], globals: ["process"] }],
  ])("would be found with %s of Node", async (_, contents, found) => {
    expect(await bundle(contents)).toMatchObject(found);
  });

  it("may ask whether there is a process", async () => {
    const contents = `export const k = (process: number) => globalThis.process?.env["K"] ?? process;`;
    expect(await bundle(contents)).toMatchObject({ imports: [], globals: [] });
  });
});

describe("the main entry", () => {
  const notForAll = /^lib\/(provider|testing)\//;

  it("does not grow by one byte for an adapter that is not imported", async () => {
    const files = filesOf(await bundle(`export * from "./index.ts";`));
    expect(files).toContain("lib/compose/create-safelight.ts");
    expect(files.filter((path) => notForAll.test(path))).toEqual([]);
  });

  it("would be found with one", async () => {
    const files = filesOf(await bundle(`export * from "./index.ts"; export * from "./custom.ts";`));
    expect(files.filter((path) => notForAll.test(path))).toEqual(["lib/provider/custom/custom.ts"]);
  });
});
