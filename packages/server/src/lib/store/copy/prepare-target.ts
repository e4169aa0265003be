import type { CopiedDatabase, Freeze } from "./copied-database.js";
import { copiedTables } from "./copied-tables.js";
import type { SchemaState } from "./schema-state.js";
import { TakenOver } from "./taken-over.js";

/** The databases of a run of the command. */
export interface PrepareOptions {
  readonly source: CopiedDatabase;
  readonly target: CopiedDatabase;
  /** The id of the run. */
  readonly run: string;
  /** Refuses a frozen source. */
  readonly prepareOnly: boolean;
}

/**
 * Checks that the target may become a copy of the source, creates its tables, and marks it as unfinished. From then on, an
 * earlier run writes nothing to it.
 *
 * @returns the freeze of an interrupted move, which this run has taken over; `null` for none.
 * @throws {Error} if the databases cannot be copied to each other.
 */
export async function prepareTarget({ prepareOnly, run, source, target }: PrepareOptions): Promise<Freeze | null> {
  if (source.label === target.label) throw new Error("Both URLs name the same database.");
  const schema = await source.readSchema();
  if (schema === null) throw new Error(`No Safelight tables in ${source.label}: check that it is the right database.`);
  if (schema.mark !== null) throw new Error(`${source.label} is an unfinished copy of another database.`);
  checkRelease(source, schema);
  const freeze = await source.freeze.read();
  if (freeze !== null && freeze.target !== target.label) throw frozenForAnother(source, freeze);
  if (freeze !== null && prepareOnly) {
    throw new Error(
      `${source.label} is read-only already: finish the move without --prepare, or undo it with --release.`,
    );
  }
  const timeline = await source.readTimeline();
  const existing = await target.readSchema();
  if (existing === null || existing.mark === null) {
    if (freeze?.phase === "moved") throw new Error(`${source.label} has moved to ${target.label} already.`);
    await target.migrate();
    await refuseRows(target);
  } else if (existing.mark.timeline !== timeline) {
    throw new Error(
      `${target.label} is an unfinished copy of another database, or of another timeline of this one: use an empty database.`,
    );
  } else {
    checkRelease(target, existing);
  }
  const marked = existing?.mark?.run ?? null;
  await target.mark.replace({ expected: marked, next: { timeline, run } });
  if (marked === null) {
    // Check again under the mark: another run may have completed its copy since the first check.
    await refuseRows(target).catch(async (error: unknown) => {
      await target.mark.replace({ expected: run, next: null });
      throw error;
    });
  }
  // The earlier run, if it still runs, no longer undoes its freeze.
  return freeze && claimFreeze({ run, source }, freeze);
}

/**
 * Takes over the freeze of an earlier run, which may be in its last steps: it writes that it has moved, and removes its freeze
 * when it finds the new mark of the target.
 *
 * @throws {TakenOver} if another run, or a release, has replaced it.
 */
async function claimFreeze(
  { run, source }: Pick<PrepareOptions, "run" | "source">,
  expected: Freeze,
): Promise<Freeze | null> {
  for (let stored: Freeze | null = expected; stored !== null; stored = await source.freeze.read()) {
    if (stored.run !== expected.run) throw new TakenOver(source.label);
    try {
      return await source.freeze.takeOver({ expected: stored, run });
    } catch (error) {
      if (!(error instanceof TakenOver)) throw error;
    }
  }
  return null;
}

function checkRelease({ label }: CopiedDatabase, { isCurrent }: SchemaState): void {
  if (isCurrent) return;
  throw new Error(
    `The schema of ${label} is not the one of this release: run the command of the release that serves it, or start this release on it once.`,
  );
}

function frozenForAnother({ label }: CopiedDatabase, { phase, target }: Freeze): Error {
  const state = phase === "moved" ? "has moved" : "is being copied";
  const loss = phase === "moved" ? `. This loses everything written to ${target} since` : "";
  return new Error(
    `${label} ${state} to ${target}. To undo that: npx safelight copy --from <source URL> --release${loss}`,
  );
}

/** A server may have started on the database, which writes settings, but nothing may have been submitted to it. */
async function refuseRows(target: CopiedDatabase): Promise<void> {
  for (const table of copiedTables) {
    if (table.name === "settings" || (await target.pages.count(table)) === 0) continue;
    throw new Error(`${target.label} is not empty (${table.name}): use an empty database, or another schema or file.`);
  }
}
