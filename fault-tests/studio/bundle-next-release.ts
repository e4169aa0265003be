import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { nextRelease } from "../rolling-deploy/next-release.js";

const studio = fileURLToPath(new URL("../../examples/studio/", import.meta.url));

/** The program of the studio with the next release of Safelight: one migration more, and other texts of its functions. */
export interface NextRelease {
  readonly script: string;
  remove(): Promise<void>;
}

/** Bundles the studio's server. It needs the built page. @throws {Error} when the studio does not import a replaced source */
export async function bundleNextRelease(): Promise<NextRelease> {
  // Below this folder, Node finds the packages of the studio.
  const folder = await mkdtemp(join(studio, "node_modules", ".next-release-"));
  const script = join(folder, "server", "main.mjs");
  const replaced = new Map(await nextRelease());
  const { dependencies } = JSON.parse(await readFile(join(studio, "package.json"), "utf8"));
  const external = Object.keys(dependencies).filter((name) => !/^@safelight\/(server|client)$/.test(name));
  await build({
    entryPoints: [join(studio, "server", "main.ts")],
    outfile: script,
    bundle: true,
    format: "esm",
    target: "node22",
    platform: "node",
    conditions: ["@safelight/source"],
    plugins: [withoutPackages(external), replacing(replaced)],
    logLevel: "error",
  });
  await cp(join(studio, "server", "migrations"), join(folder, "server", "migrations"), { recursive: true });
  await cp(join(studio, "dist"), join(folder, "dist"), { recursive: true });
  // The studio has no libSQL store.
  const unused = [...replaced.keys()].filter((path) => !path.includes("/libsql/"));
  if (unused.length > 0) throw new Error(`The studio does not import ${unused.join(", ")}.`);
  return { script, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Bundles Safelight's server and its dependencies, and leaves those of the studio itself to Node. */
function withoutPackages(names: readonly string[]): Plugin {
  return {
    name: "without-packages",
    setup(its) {
      its.onResolve({ filter: /^[^./]/ }, ({ path }) => {
        const isExternal = names.some((name) => path === name || path.startsWith(`${name}/`));
        return isExternal ? { path, external: true } : null;
      });
    },
  };
}

/** Removes each source that was replaced from the map. */
function replacing(replaced: Map<string, string>): Plugin {
  return {
    name: "replacing",
    setup(its) {
      its.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = replaced.get(path);
        if (contents === undefined) return null;
        replaced.delete(path);
        return { contents, loader: "ts" };
      });
    },
  };
}
