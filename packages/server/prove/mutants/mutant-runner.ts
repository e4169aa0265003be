import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { createVitest, type TestModule, type Vitest } from "vitest/node";
import { fittingTests } from "./fitting-tests.js";
import { type Mutant, mutated } from "./mutant.js";
import { packageFolder } from "./source-file.js";

/** What became of a mutant. */
export type Verdict =
  /** A test went red. */
  | { readonly type: "caught"; readonly by: string; readonly ms: number }
  | { readonly type: "survived"; readonly ms: number }
  /** The tests did not come to their end, with more time neither: which of them would miss the guard is not known. */
  | { readonly type: "timeout"; readonly ms: number }
  /** It is no program any more, which proves nothing. */
  | { readonly type: "broken"; readonly by: string; readonly ms: number };

/** Runs tests on mutants, one after the other, in one process that keeps everything warm. Nothing is written to disk. */
export class MutantRunner {
  readonly #vitest: Vitest;
  readonly #active: { mutant: Mutant | null };

  private constructor(vitest: Vitest, active: { mutant: Mutant | null }) {
    this.#vitest = vitest;
    this.#active = active;
  }

  static async start(): Promise<MutantRunner> {
    const active: { mutant: Mutant | null } = { mutant: null };
    const vitest = await createVitest(
      "test",
      {
        config: false,
        root: packageFolder,
        watch: false,
        bail: 1,
        maxWorkers: 1,
        // A busy machine is no mutant.
        testTimeout: 30_000,
        reporters: [{}],
        include: ["src/**/*.test.ts"],
        // It knows a module by what is on disk.
        fsModuleCache: false,
      },
      {
        logLevel: "silent",
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        plugins: [
          {
            name: "safelight:mutant",
            enforce: "pre",
            load(id) {
              const edits = active.mutant?.edits.filter(({ file }) => `${packageFolder}${file}` === id) ?? [];
              return edits.length === 0 ? null : mutated(readFileSync(id, "utf8"), edits);
            },
          },
        ],
      },
    );
    await vitest.standalone();
    return new MutantRunner(vitest, active);
  }

  /**
   * Runs the tests that fit until one goes red.
   *
   * @param options.nearest only those beside the guard, for a quick look.
   */
  async run(mutant: Mutant, { nearest }: { readonly nearest: boolean }): Promise<Verdict> {
    const started = performance.now();
    const took = () => Math.round(performance.now() - started);
    const files = [...new Set(mutant.edits.map(({ file }) => file))];
    this.#active.mutant = mutant;
    this.#forget(files);
    try {
      for (const tests of nearest ? fittingTests(files).slice(0, -1) : fittingTests(files)) {
        const red = await this.#firstRed(tests);
        if (red !== null) return { type: isBroken(red.message) ? "broken" : "caught", by: red.test, ms: took() };
      }
      return { type: "survived", ms: took() };
    } finally {
      this.#active.mutant = null;
      this.#forget(files);
    }
  }

  /** The tests without a mutant: red ones would prove nothing. Gives the first. */
  async runUnchanged(mutants: readonly Mutant[]): Promise<string | null> {
    const files = [...new Set(mutants.flatMap(({ edits }) => edits.map(({ file }) => file)))];
    for (const tests of fittingTests(files)) {
      const red = await this.#firstRed(tests);
      if (red !== null) return `${red.test}: ${red.message}`;
    }
    return null;
  }

  close(): Promise<void> {
    return this.#vitest.close();
  }

  #forget(files: readonly string[]): void {
    for (const file of files) this.#vitest.invalidateFile(`${packageFolder}${file}`);
  }

  async #firstRed(tests: readonly string[]): Promise<{ readonly test: string; readonly message: string } | null> {
    const project = this.#vitest.getRootProject();
    const specifications = tests.map((test) => project.createSpecification(`${packageFolder}${test}`));
    // What failed before counts towards `bail` and is told again otherwise.
    this.#vitest.state.filesMap.clear();
    this.#vitest.state.idMap.clear();
    const { testModules, unhandledErrors } = await this.#vitest.runTestSpecifications(specifications);
    for (const module of testModules) {
      const red = redOf(module);
      if (red !== null) return { ...red, test: `${relative(`${packageFolder}src/lib`, module.moduleId)}: ${red.test}` };
    }
    const [error] = unhandledErrors;
    return error === undefined ? null : { test: "an error outside of the tests", message: String(error) };
  }
}

const conditions = ["@safelight/source", "module", "node", "development|production"];

function redOf(module: TestModule): { readonly test: string; readonly message: string } | null {
  for (const test of module.children.allTests("failed")) {
    return { test: test.name, message: test.result().errors?.[0]?.message ?? "" };
  }
  const [error] = module.errors();
  return error === undefined ? null : { test: "the file itself", message: error.message };
}

/** A guard that is gone leaves a program behind; anything else is a fault of the mutant. */
function isBroken(message: string): boolean {
  return /syntax error|no such column|SyntaxError|ReferenceError|is not defined|Failed to parse/i.test(message);
}
