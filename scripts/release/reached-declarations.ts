import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import type { Exports } from "./tarballs.ts";

/**
 * Declaration files that the entries of a built package reach by imports, relative to its folder and sorted. A compiler reads
 * no others.
 *
 * @throws {Error} when a declaration imports a file that does not exist.
 */
export function reachedDeclarations(folder: string, exports: Exports): readonly string[] {
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const imported of importsOf(readFileSync(join(folder, path), "utf8"))) {
      visit(posix.join(posix.dirname(path), imported.replace(/\.js$/, ".d.ts")));
    }
  };
  for (const target of Object.values(exports)) {
    if (typeof target !== "string" && target.types !== undefined) visit(posix.normalize(target.types));
  }
  return [...reached].sort();
}

/** Relative imports of a declaration file, in statements and in types. Its comments may contain examples with imports. */
function importsOf(declarations: string): readonly string[] {
  const imports = withoutComments(declarations).matchAll(/\b(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g);
  return [...imports].flatMap(([, path]) => path ?? []);
}

/** A declaration file without its documentation. References to types, in `///` comments, stay. */
export function withoutComments(declarations: string): string {
  return declarations.replaceAll(/\/\*[\s\S]*?\*\//g, "");
}
