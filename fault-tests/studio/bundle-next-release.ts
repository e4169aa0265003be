import { cp, mkdtemp, rm } from "node:fs/promises";
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
  await build({
    entryPoints: [join(studio, "server", "main.ts")],
    outfile: script,
    bundle: true,
    format: "esm",
    target: "node22",
    platform: "node",
    conditions: ["@safelight/source"],
    plugins: [onlySafelight, replacing(replaced)],
    logLevel: "error",
  });
  await cp(join(studio, "server", "migrations"), join(folder, "server", "migrations"), { recursive: true });
  await cp(join(studio, "dist"), join(folder, "dist"), { recursive: true });
  // The studio has no libSQL store.
  const unused = [...replaced.keys()].filter((path) => !path.includes("/libsql/"));
  if (unused.length > 0) throw new Error(`The studio does not import ${unused.join(", ")}.`);
  return { script, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Bundles Safelight's server, and leaves other packages to Node. */
const onlySafelight: Plugin = {
  name: "only-safelight",
  setup(its) {
    its.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      const isBundled = kind === "entry-point" || /^@safelight\/(server|client)\b/.test(path);
      return isBundled ? null : { path, external: true };
    });
  },
};

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
