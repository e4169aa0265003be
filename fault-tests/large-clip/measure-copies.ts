import type { ClipServer } from "./clip-server.js";
import { type CopyWorker, type CopyWorld, checkCopy } from "./copy-clips.js";
import { memoryOf, readMemory } from "./process-memory.js";

const mebibyte = 1_048_576;
const smallMebibytes = 2;

/** Copies in one world. */
export interface CopyRun {
  readonly world: CopyWorld;
  readonly clips: ClipServer;
  /** Size of the large clip, in MiB. */
  readonly mebibytes: number;
  /** Max memory that the copy of the large clip may take. */
  readonly maxGrownBytes: number;
}

/**
 * Copies a small clip and then the large one in one process, and the large one in a process of its own. The max applies to the
 * rise above the level after the small clip, and to the difference of the two processes, each with one clip.
 *
 * @returns the violations.
 */
export async function measureCopies({ clips, maxGrownBytes, mebibytes, world }: CopyRun): Promise<readonly string[]> {
  const violations: string[] = [];
  const copy = async (worker: CopyWorker): Promise<string> => {
    const id = await world.submit();
    const end = await world.finish(id, worker);
    if (end !== "completed") throw new Error(`A copy ended as ${end}.`);
    return id;
  };
  const copyLarge = async (worker: CopyWorker): Promise<void> => {
    const id = await copy(worker);
    violations.push(...(await checkCopy(world, { id, clip: clips.factsOf(mebibytes) })));
  };
  const limit = (what: string, grownBytes: number): void => {
    if (grownBytes > maxGrownBytes) violations.push(`${what} grew the memory by ${grownBytes} bytes`);
  };
  const used = world.start(clips.urlOf(smallMebibytes, mebibytes));
  await copy(used);
  const { peak: peakOfSmall } = await readMemory(used.pid);
  const { grownBytes, text } = await memoryOf(used, () => copyLarge(used));
  await used.kill();
  const fresh = world.start(clips.urlOf(mebibytes));
  await copyLarge(fresh);
  const { peak: peakOfLarge } = await readMemory(fresh.pid);
  await fresh.kill();
  const differenceBytes = peakOfLarge - peakOfSmall;
  console.log(
    `A copy of ${mebibytes} MiB: ${text}; in a process of its own, ` +
      `${(differenceBytes / mebibyte).toFixed(1)} MiB more than one of ${smallMebibytes} MiB.`,
  );
  limit("a copy after another", grownBytes);
  limit("the first copy of a process", differenceBytes);
  return violations;
}
