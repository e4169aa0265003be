import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Ends of the paths of the test files that take the longest, the longest first. */
export const longFiles: readonly string[] = [
  "store/libsql/libsql-client-store.remote.test.ts",
  "store/libsql/batch-executor.contract.test.ts",
  "demo/darkroom/darkroom.test.ts",
  "demo/demo.contract.test.ts",
  "prove/providers/comfyui.matrix.test.ts",
  "store/libsql/libsql-store.contract.test.ts",
  "storage/files-sdk-storage.test.ts",
  "worker/worker.kill.test.ts",
];

/**
 * Starts the longest test files first, so that none of them runs alone at the end. Vitest itself sorts by size where it
 * has no results of an earlier run, and a contract suite is a small file.
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
