import type { GenerationRecord } from "../../generation/generation-record.js";
import { isTerminalState } from "../../generation/generation-state.js";
import type { Caller } from "../../model/define-model.js";
import { notFound } from "../errors/not-found.js";
import { isGenerationId } from "../ids/generation-id.js";
import type { ServiceContext } from "../service-context.js";
import { waitForChange } from "../watch/wait-for-change.js";

/** @throws {ServiceError} not_found: unknown, deleted, or another owner's */
export async function readGeneration(
  { clock, unclaimedJobWarning, store }: Pick<ServiceContext, "clock" | "unclaimedJobWarning" | "store">,
  { ownerId }: Caller,
  id: string,
): Promise<GenerationRecord> {
  const record = isGenerationId(id) ? await store.get({ ownerId, id }) : null;
  if (record === null) throw notFound();
  unclaimedJobWarning.look([record], clock.now());
  return record;
}

/**
 * Names what the owner sees of a generation: its version, and the time span in which its URLs stay the same.
 */
function tagOf({ mediaUrls }: Pick<ServiceContext, "mediaUrls">, { version }: GenerationRecord): string {
  return `v${version}-${mediaUrls.period()}`;
}

/** A generation at one moment, by its tag. */
export interface GenerationSnapshot {
  readonly record: GenerationRecord;
  readonly tag: string;
}

/**
 * As `readGeneration`, waiting until there is something that the caller does not know. One that has ended is not waited
 * for: its outcome never changes.
 *
 * @param options.isKnown whether the caller has what this tag names.
 * @returns what is there at the end of the wait, known or not.
 * @throws {ServiceError} not_found, also when it is deleted during the wait
 */
export async function awaitGeneration(
  context: ServiceContext,
  caller: Caller,
  id: string,
  options: { readonly isKnown: (tag: string) => boolean; readonly waitMs: number; readonly signal?: AbortSignal },
): Promise<GenerationSnapshot> {
  const { isKnown, waitMs, signal } = options;
  const read = async (): Promise<GenerationSnapshot> => {
    const record = await readGeneration(context, caller, id);
    return { record, tag: tagOf(context, record) };
  };
  let latest = await read();
  if (waitMs <= 0 || !isKnown(latest.tag) || isTerminalState(latest.record.state)) return latest;
  await waitForChange(context, {
    ownerId: caller.ownerId,
    waitMs,
    signal,
    read: async () => {
      latest = await read();
      return isKnown(latest.tag) ? null : latest;
    },
  });
  return latest;
}
