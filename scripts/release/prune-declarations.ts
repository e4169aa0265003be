import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { reachedDeclarations } from "./reached-declarations.ts";
import type { Manifest } from "./tarballs.ts";

// Ends the build of a package, in its folder: removes the declarations that no entry reaches, and indents the others by
// tabs. The compiler's four spaces are a tenth of their bytes.
const folder = process.cwd();
const { exports }: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const reached = new Set(reachedDeclarations(folder, exports));
for (const path of globSync("dist/**/*.d.ts", { cwd: folder })) {
  const file = join(folder, path);
  if (reached.has(path.split(sep).join("/"))) writeFileSync(file, indentByTabs(readFileSync(file, "utf8")));
  else rmSync(file);
}

function indentByTabs(text: string): string {
  return text.replace(/^(?: {4})+/gm, (spaces) => "\t".repeat(spaces.length / 4));
}
