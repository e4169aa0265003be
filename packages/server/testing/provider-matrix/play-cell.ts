import { auditWorld } from "./audit-world.js";
import type { CellEnd, MatrixCell } from "./cell.js";
import { MatrixWorld } from "./matrix-world.js";
import type { MatrixSubject } from "./subject.js";

/**
 * Runs one cell and audits each of its worlds.
 *
 * @throws for every broken guarantee.
 */
export async function playCell(subject: MatrixSubject<unknown>, cell: MatrixCell): Promise<CellEnd> {
  const worlds: MatrixWorld[] = [];
  const unused = "http://127.0.0.1:9";
  const provider = subject.open({
    apiKey: "the-key",
    baseUrl: unused,
    mediaHosts: [unused],
    fetch: async () => {
      throw new Error("This provider must send no request.");
    },
    now: () => 0,
  });
  try {
    const end = await cell.play({
      provider,
      vendor: subject.createVendor(),
      makesTwo: subject.inputForTwo !== null,
      stopsRunning: provider.capabilities.cancel && subject.cannotStopRunning !== true,
      lostResponseReason: (title) => subject.lostResponses?.[title] ?? null,
      open: async (options = {}) => {
        const world = await MatrixWorld.open(subject, options);
        worlds.push(world);
        return world;
      },
    });
    const wrong: string[] = [];
    for (const world of worlds) wrong.push(...(await auditWorld(world)));
    if (wrong.length > 0) throw new Error(`${wrong.join("; ")}.`);
    return end;
  } catch (error) {
    throw withLog(error, worlds);
  } finally {
    for (const world of worlds) await world.close();
  }
}

/** Adds the last log lines, which usually explain the failure. */
function withLog(error: unknown, worlds: readonly MatrixWorld[]): Error {
  const lines = worlds.flatMap(({ log }) => log.slice(-6));
  const attempts = worlds.flatMap((world) => world.attempts.map((attempt) => JSON.stringify(attempt)));
  return new Error([error instanceof Error ? error.message : String(error), ...attempts, ...lines].join("\n  "), {
    cause: error,
  });
}
