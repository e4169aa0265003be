import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** Cost of checking a project. */
export type TypeCheckCost = {
  /** With one checker. */
  readonly instantiations: number;
  /** Sum over the checkers of a default run. */
  readonly instantiationsOfAll: number;
  readonly checkMs: number;
  readonly totalMs: number;
  readonly memoryBytes: number;
};

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

/** @throws {Error} with TypeScript's output when the project does not compile, or when it resolves to source files. */
export async function typeCheck(folder: string): Promise<TypeCheckCost> {
  const files = await run(folder, "--listFilesOnly");
  const source = files.split("\n").find((file) => /packages\/\w+\/src\//.test(file));
  if (source !== undefined) throw new Error(`${source} is a source file, not a published file.`);
  const alone = await run(folder, "--extendedDiagnostics", "--singleThreaded");
  const usual = await run(folder, "--extendedDiagnostics");
  return {
    instantiations: figureIn(alone, "Instantiations"),
    instantiationsOfAll: figureIn(usual, "Instantiations"),
    checkMs: figureIn(usual, "Check time") * 1_000,
    totalMs: figureIn(usual, "Total time") * 1_000,
    memoryBytes: figureIn(usual, "Memory used") * 1_024,
  };
}

async function run(folder: string, ...flags: readonly string[]): Promise<string> {
  const args = [tsc, "-p", folder, ...flags];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 2 ** 20 }).catch((error) => {
    throw new Error(`A project does not compile: ${String(error.stdout).slice(0, 2_000)}`);
  });
  return stdout;
}

function figureIn(diagnostics: string, name: string): number {
  const figure = new RegExp(`^${name}: +([\\d.]+)`, "m").exec(diagnostics)?.[1];
  if (figure === undefined) throw new Error(`TypeScript's diagnostics have no ${name}.`);
  return Number(figure);
}
