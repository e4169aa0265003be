import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Bundles the page for production as a host would, and returns the script. */
export async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./page/page.tsx", import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    // No paths or conditions of this repository, so that packages resolve as in a host.
    tsconfigRaw: { compilerOptions: { jsx: "react-jsx" } },
    write: false,
    logLevel: "error",
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error("Could not bundle the page.");
  return script.text;
}
