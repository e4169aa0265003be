import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** What checking a project takes. */
export type TypeCheckCost = {
  /** With one checker. */
  readonly instantiations: number;
  /** In all checkers of a run as it is by default. */
  readonly instantiationsOfAll: number;
  readonly checkMs: number;
  readonly totalMs: number;
  readonly memoryBytes: number;
};

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

/** @throws what TypeScript finds wrong with it, or that it reads sources instead of what is published. */
export async function typeCheck(folder: string): Promise<TypeCheckCost> {
  const files = await run(folder, "--listFilesOnly");
  const source = files.split("\n").find((file) => /packages\/\w+\/src\//.test(file));
  if (source !== undefined) throw new Error(`${source} is not what is published.`);
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
  if (figure === undefined) throw new Error(`TypeScript does not tell its ${name}.`);
  return Number(figure);
}
