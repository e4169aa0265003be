import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseTsconfig } from "get-tsconfig";
import { type Finding, finding } from "./finding.js";

/** Checks that TypeScript resolves the `exports` of packages. A configuration that only refers to others has none. */
export function checkTsconfig(folder: string): readonly Finding[] {
  const path = join(folder, "tsconfig.json");
  return existsSync(path) ? checkFile(path, new Set()) : [];
}

function checkFile(path: string, seen: Set<string>): readonly Finding[] {
  if (seen.has(path) || !existsSync(path)) return [];
  seen.add(path);
  let config: ReturnType<typeof parseTsconfig>;
  try {
    config = parseTsconfig(path);
  } catch (error) {
    // Such as the configuration of a framework that it generates at its first start.
    return error instanceof Error && /not found/i.test(error.message) ? [] : [unreadable(path, error)];
  }
  const { compilerOptions = {}, files, references = [] } = config;
  const referenced = references.flatMap((reference) => {
    const target = join(dirname(path), reference.path);
    return checkFile(target.endsWith(".json") ? target : join(target, "tsconfig.json"), seen);
  });
  if (files?.length === 0) return referenced;
  const module = compilerOptions.module?.toLowerCase();
  const resolution = compilerOptions.moduleResolution?.toLowerCase() ?? (module === "commonjs" ? "node10" : "bundler");
  if (!["node", "node10", "classic"].includes(resolution)) return referenced;
  const message = `${path} resolves modules as "${resolution}", which ignores the exports of packages.`;
  const fix = 'Set moduleResolution to "bundler", or module to "nodenext".';
  return [finding("tsconfig-resolution", { message, fix }), ...referenced];
}

function unreadable(path: string, error: unknown): Finding {
  const reason = error instanceof Error ? error.message : String(error);
  return finding("tsconfig-resolution", { message: `${path} cannot be read: ${reason}.`, fix: "Correct the file." });
}
