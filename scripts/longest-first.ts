import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Suffixes of the paths of the slowest test files, the slowest first. */
export const longFiles: readonly string[] = [
  "store/libsql/libsql-client-store.remote.test.ts",
  "fault-tests/full-disk/full-disk.test.ts",
  "store/postgres/postgres-store.contract.test.ts",
  "event-bus/redis-event-bus.test.ts",
  "fault-tests/clock/clock.test.ts",
  "store/postgres/client/postgres-client.test.ts",
  "fault-tests/providers/replicate.matrix.test.ts",
  "store/postgres/schema/migrate.test.ts",
  "cli/copy-database.kill.test.ts",
  "fault-tests/remote-database/remote-database.test.ts",
  "testing/dispatcher-contract/dispatcher-contract.test.ts",
  "fault-tests/pages/watching-mutants.test.ts",
  "event-bus/postgres-event-bus.test.ts",
  "fault-tests/cut-and-resume/cut-and-resume.test.ts",
  "fault-tests/provider-faults/provider-faults.test.ts",
  "cli/postgres-commands.test.ts",
  "fault-tests/zombies/zombies.test.ts",
  "fault-tests/providers/openai-responses.matrix.test.ts",
  "compose/unreachable-database.test.ts",
  "fault-tests/providers/stability.matrix.test.ts",
  "store/postgres/query-plans.test.ts",
  "fault-tests/busy-database/busy-database.test.ts",
  "fault-tests/kills/kills.test.ts",
  "storage/files-sdk-storage.test.ts",
  "fault-tests/providers/fal.matrix.test.ts",
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
