import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Suffixes of the paths of the slowest test files, the slowest first. */
export const longFiles: readonly string[] = [
  "store/libsql/libsql-client-store.remote.test.ts",
  "store/libsql/executor/batch-executor.contract.test.ts",
  "prove/cut-and-resume/cut-and-resume.test.ts",
  "prove/simulation/simulation.test.ts",
  "prove/cancel-races/cancel-races.test.ts",
  "prove/webhooks/repeated-webhooks.test.ts",
  "prove/ssrf/ssrf.test.ts",
  "prove/remote-database/remote-database.test.ts",
  "prove/clock/clock.test.ts",
  "demo/demo.contract.test.ts",
  "demo/darkroom/darkroom.test.ts",
  "store/libsql/libsql-store.contract.test.ts",
  "prove/providers/comfyui.matrix.test.ts",
  "prove/soak/soak.test.ts",
];

/**
 * Starts the slowest test files first, so that none of them runs alone at the end. Without results of an earlier run,
 * vitest sorts by file size, and a contract suite is a small file.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = longFiles.findIndex((end) => moduleId.endsWith(end));
      return index < 0 ? longFiles.length : index;
    };
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}
