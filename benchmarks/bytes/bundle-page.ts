import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";

/** Sizes of a page's code, in bytes after gzip, except for `packages`. */
export interface PageWeight {
  /** Number of packages with code in the bundle, without React. */
  readonly packages: number;
  /** The files needed before the page runs. */
  readonly firstLoad: number;
  /** All files. */
  readonly everything: number;
}

const folder = fileURLToPath(new URL("../..", import.meta.url));
const react = ["react", "react-dom", "react/*", "react-dom/*"];
const query = ["@tanstack/react-query"];
/** Trigger.dev imports `node:http2` if it is available. */
const node = ["node:*"];

/** Bundles a page as a host would, minified for production, without React and optionally without TanStack Query. */
export async function bundlePage(
  entry: URL,
  { withoutQuery = false }: { readonly withoutQuery?: boolean } = {},
): Promise<PageWeight> {
  const external = [...react, ...node, ...(withoutQuery ? query : [])];
  const { metafile, sizes } = await bundle(entry, external);
  const first = loadedFirst(metafile);
  return {
    packages: packagesOf(metafile).size,
    firstLoad: sum([...sizes].filter(([path]) => first.has(path)).map(([, size]) => size)),
    everything: sum(sizes.values()),
  };
}

async function bundle(entry: URL, external: string[]) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: [fileURLToPath(entry)],
    external,
    outdir: "out",
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    // No paths or conditions of this repository, so that packages resolve as in a host.
    tsconfigRaw: { compilerOptions: { jsx: "react-jsx" } },
    metafile: true,
    write: false,
    logLevel: "error",
  });
  const source = Object.keys(metafile.inputs).find((path) => /^packages\/\w+\/src\//.test(path));
  if (source !== undefined) throw new Error(`${source} is a source file, not a published file.`);
  const sizes = new Map(
    outputFiles.map(({ contents, path }) => [relative(folder, path), gzipSync(contents, { level: 9 }).byteLength]),
  );
  return { metafile, sizes };
}

/** The entry and all its static imports. */
function loadedFirst({ outputs }: Metafile): ReadonlySet<string> {
  const first = new Set<string>();
  const take = (path: string): void => {
    const output = outputs[path];
    if (output === undefined || first.has(path)) return;
    first.add(path);
    for (const { kind, path: imported } of output.imports) if (kind !== "dynamic-import") take(imported);
  };
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    const isDynamic = Object.values(outputs).some(({ imports }) =>
      imports.some((each) => each.kind === "dynamic-import" && each.path === path),
    );
    if (entryPoint !== undefined && !isDynamic) take(path);
  }
  return first;
}

function packagesOf({ outputs }: Metafile): ReadonlySet<string> {
  const inputs = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  return new Set(inputs.flatMap(([path]) => packageOf(path) ?? []));
}

function packageOf(path: string): string | null {
  const ours = /^packages\/(\w+)\//.exec(path)?.[1];
  if (ours !== undefined) return `@safelight/${ours}`;
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? null;
}

function sum(sizes: Iterable<number>): number {
  return [...sizes].reduce((total, size) => total + size, 0);
}
