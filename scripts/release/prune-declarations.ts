import { globSync, readFileSync, rmSync } from "node:fs";
import { join, sep } from "node:path";
import { reachedDeclarations } from "./reached-declarations.ts";
import type { Manifest } from "./tarballs.ts";

// Ends the build of a package, in its folder: removes the declarations that no entry reaches.
const folder = process.cwd();
const { exports }: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const reached = new Set(reachedDeclarations(folder, exports));
for (const path of globSync("dist/**/*.d.ts", { cwd: folder })) {
  if (!reached.has(path.split(sep).join("/"))) rmSync(join(folder, path));
}
