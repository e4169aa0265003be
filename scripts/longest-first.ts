import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Suffixes of the paths of the slowest test files, the slowest first. */
export const longFiles: readonly string[] = [
  "store/postgres/postgres-store.contract.test.ts",
  "fault-tests/providers/fal.matrix.test.ts",
  "fault-tests/full-disk/full-disk.test.ts",
  "fault-tests/remote-database/remote-database.test.ts",
  "fault-tests/kills/kills.test.ts",
  "fault-tests/zombies/zombies.test.ts",
  "fault-tests/providers/bfl.matrix.test.ts",
  "fault-tests/soak/soak.test.ts",
  "store/libsql/libsql-client-store.remote.test.ts",
  "fault-tests/clock/clock.test.ts",
  "fault-tests/providers/comfyui.matrix.test.ts",
  "fault-tests/providers/ai-sdk.matrix.test.ts",
  "fault-tests/differential/differential.test.ts",
  "fault-tests/ssrf/ssrf.test.ts",
  "fault-tests/cut-and-resume/cut-and-resume.test.ts",
  "testing/dispatcher-contract/dispatcher-contract.test.ts",
  "fault-tests/simulation/simulation.test.ts",
  "store/postgres/owner-races.test.ts",
  "store/postgres/query-plans.test.ts",
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
