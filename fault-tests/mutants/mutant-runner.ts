import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { createVitest, type TestModule, type Vitest } from "vitest/node";
import { type Mutant, mutated } from "./mutant.js";
import { postgresProofs, relatedTests } from "./related-tests.js";
import { packageFolder } from "./source-file.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Sources of the mutant by absolute path, for processes that tests start. */
    mutatedSources: Readonly<Record<string, string>>;
  }
}

/** Outcome of a mutant. */
export type Verdict =
  /** A test failed. */
  | { readonly type: "caught"; readonly by: string; readonly ms: number }
  | { readonly type: "survived"; readonly ms: number }
  /** The tests timed out, in the repetition too. */
  | { readonly type: "timeout"; readonly ms: number }
  /** The mutant does not parse or run, which proves nothing. */
  | { readonly type: "broken"; readonly by: string; readonly ms: number };

/** Runs tests on mutants, one after the other, in one warm process. Mutants exist in memory only. */
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
        // A slow machine must not fail a test.
        testTimeout: 30_000,
        hookTimeout: 60_000,
        reporters: [{}],
        include: ["{src,testing}/**/*.test.ts", postgresProofs],
        // The cache is keyed by the file on disk, which a mutant does not change.
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
              return active.mutant === null ? null : (mutatedSources(active.mutant)[id] ?? null);
            },
          },
        ],
      },
    );
    vitest.provide("mutatedSources", {});
    await vitest.standalone();
    return new MutantRunner(vitest, active);
  }

  /**
   * Runs the related tests until one fails.
   *
   * @param options.nearest runs only the tests nearest to the guard.
   */
  async run(mutant: Mutant, { nearest }: { readonly nearest: boolean }): Promise<Verdict> {
    const started = performance.now();
    const took = () => Math.round(performance.now() - started);
    const files = [...new Set(mutant.edits.map(({ file }) => file))];
    const groups = relatedTests(mutant);
    this.#active.mutant = mutant;
    this.#vitest.provide("mutatedSources", mutatedSources(mutant));
    this.#forget(files);
    try {
      for (const tests of nearest ? groups.slice(0, -1) : groups) {
        const red = await this.#firstRed(tests);
        if (red !== null) return { type: isBroken(red.message) ? "broken" : "caught", by: red.test, ms: took() };
      }
      return { type: "survived", ms: took() };
    } finally {
      this.#active.mutant = null;
      this.#forget(files);
    }
  }

  /** Runs the tests without a mutant, since a failing one would prove nothing. Returns the first failure. */
  async runUnchanged(mutants: readonly Mutant[]): Promise<string | null> {
    const edits = mutants.flatMap((mutant) => mutant.edits);
    for (const tests of relatedTests({ edits })) {
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
    // Earlier failures count towards `bail` and would be reported again.
    this.#vitest.state.filesMap.clear();
    this.#vitest.state.idMap.clear();
    const { testModules, unhandledErrors } = await this.#vitest.runTestSpecifications(specifications);
    for (const module of testModules) {
      const red = redOf(module);
      if (red !== null) return { ...red, test: `${relative(`${packageFolder}src/lib`, module.moduleId)}: ${red.test}` };
    }
    const [error] = unhandledErrors;
    return error === undefined ? null : { test: "an error outside the tests", message: String(error) };
  }
}

/** The changed text of each file of a mutant, by absolute path. */
function mutatedSources({ edits }: Mutant): Readonly<Record<string, string>> {
  const files = new Set(edits.map(({ file }) => file));
  return Object.fromEntries(
    [...files].map((file) => {
      const path = `${packageFolder}${file}`;
      return [
        path,
        mutated(
          readFileSync(path, "utf8"),
          edits.filter((edit) => edit.file === file),
        ),
      ];
    }),
  );
}

const conditions = ["@safelight/source", "module", "node", "development|production"];

function redOf(module: TestModule): { readonly test: string; readonly message: string } | null {
  for (const test of module.children.allTests("failed")) {
    return { test: test.name, message: test.result().errors?.[0]?.message ?? "" };
  }
  const [error] = module.errors();
  return error === undefined ? null : { test: "the file itself", message: error.message };
}

/** Whether a message shows an invalid mutant: a program without a guard still parses and runs. */
function isBroken(message: string): boolean {
  return /syntax error|no such column|column .* does not exist|missing FROM-clause|SyntaxError|ReferenceError|is not defined|Failed to parse/i.test(
    message,
  );
}
