import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Bundles the page as a host would, for production: the script as text. */
export async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./page/page.tsx", import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    // No paths or conditions of this repository: packages are found as a host finds them.
    tsconfigRaw: { compilerOptions: { jsx: "react-jsx" } },
    write: false,
    logLevel: "error",
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error("The page could not be bundled.");
  return script.text;
}
