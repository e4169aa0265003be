import type { GenerationRecord } from "../../packages/server/src/lib/generation/generation-record.js";
import { isTerminalState } from "../../packages/server/src/lib/generation/generation-state.js";
import { fileStorage } from "../../packages/server/src/lib/storage/file-storage.js";
import { findWithheldFaults } from "../../packages/server/testing/media/withheld-outputs.js";
import type { Cluster } from "./cluster.js";
import { pause } from "./pause.js";

/** State of the cluster once all work has ended. */
export interface ClusterReport {
  readonly generations: number;
  readonly completed: number;
  readonly violations: readonly string[];
}

/**
 * Waits until all generations have ended, then checks the promises against the submits and the vendor's bill.
 *
 * @param maxSilenceMs stops the wait if no generation ends for this long. A slow machine needs longer for all of them.
 */
export async function auditCluster(cluster: Cluster, maxSilenceMs: number): Promise<ClusterReport> {
  const violations = [...cluster.violations];
  if (!(await endsWork(cluster, maxSilenceMs))) violations.push(`no generation ended for ${maxSilenceMs / 1_000} s`);

  const generations = new Map((await everything(cluster)).map((generation) => [generation.id, generation]));
  for (const id of cluster.acknowledged.keys()) {
    if (!generations.has(id) && !cluster.removed.has(id)) violations.push(`${id} was acknowledged and is lost`);
  }
  const ofKey = new Map<string | null, string>();
  violations.push(...brokenGroups(cluster, [...generations.values()]));
  for (const { attempts, credits, failureCode, groupId, id, refundedCredits, scope, state } of generations.values()) {
    if (!isTerminalState(state)) violations.push(`${id} is still ${state}`);
    if (failureCode === "output_rejected") violations.push(`${id} has an output of another kind`);
    if (failureCode === "expired" && (attempts > 0 || refundedCredits !== credits)) {
      violations.push(`${id} expired after ${attempts} attempts, and ${refundedCredits} credits were refunded`);
    }
    const made = groupId ?? id;
    const twin = ofKey.get(scope) ?? made;
    if (twin !== made) violations.push(`${scope} created ${twin} and ${made}`);
    ofKey.set(scope, made);
    const paid = cluster.vendor.paidFor(id);
    if (paid > 1) violations.push(`${id} was paid ${paid} times`);
  }
  const completed = [...generations.values()].filter(({ state }) => state === "completed");
  for (const generation of completed) violations.push(...(await unreadable(cluster, generation)));
  violations.push(
    ...(await findWithheldFaults({
      ids: generations.keys(),
      storage: fileStorage(cluster.storageFolder),
      store: cluster.store,
    })),
  );
  const overlaps = cluster.vendor.overlaps();
  if (overlaps > 0) violations.push(`${overlaps} times two workers processed one generation`);
  const repeated = cluster.vendor.repeatedRequests();
  if (repeated > 0) violations.push(`${repeated} paid requests were repeated`);
  for (const { check, subject, detail } of await cluster.store.audit()) {
    violations.push(`${check}: ${subject} (${detail})`);
  }
  violations.push(...(await cluster.walletViolations()));
  return { generations: generations.size, completed: completed.length, violations };
}

/** Violations when a part of a group is missing that no owner has deleted. */
function brokenGroups({ groups, removed }: Cluster, generations: readonly GenerationRecord[]): readonly string[] {
  return [...groups].flatMap(([key, { size, ids }]) => {
    const present = generations.filter(({ scope }) => scope === key).length;
    const deleted = [...ids].filter((id) => removed.has(id)).length;
    // A submit that got no response may have created nothing.
    const isWhole = (present === 0 && ids.size === 0) || present + deleted >= size;
    return isWhole && present <= size ? [] : [`${key} has ${present} of ${size} generations, ${deleted} were deleted`];
  });
}

async function endsWork(cluster: Cluster, maxSilenceMs: number): Promise<boolean> {
  const countEnded = async () => (await everything(cluster)).filter(({ state }) => isTerminalState(state)).length;
  let [ended, since] = [0, performance.now()];
  while ((await cluster.store.nextDueInMs({ models: ["demo"], topics: [] })) !== null) {
    await pause(50);
    if (performance.now() - since < maxSilenceMs) continue;
    const before = ended;
    [ended, since] = [await countEnded(), performance.now()];
    if (ended === before) return false;
  }
  return true;
}

async function everything({ owners, store }: Cluster): Promise<readonly GenerationRecord[]> {
  const found: GenerationRecord[] = [];
  for (const ownerId of owners) {
    for (let after: string | null = null, hasMore = true; hasMore; ) {
      const page = await store.list({ ownerId, limit: 100, after, status: null, model: null, scope: null });
      found.push(...page.generations);
      after = page.generations.at(-1)?.id ?? null;
      hasMore = page.hasMore;
    }
  }
  return found;
}

/** Violations when an output of a completed generation cannot be read. */
async function unreadable(
  { store, storageFolder }: Cluster,
  { id, outputs, ownerId }: GenerationRecord,
): Promise<readonly string[]> {
  // The host may have withheld the first one.
  const output = await store.getOutput({ id, index: outputs[0]?.index ?? 0 });
  // The generation was deleted in between.
  if ((await store.get({ ownerId, id })) === null) return [];
  const stored = output === null ? null : await fileStorage(storageFolder).get(output.storageKey);
  const bytes = stored === null ? null : new Uint8Array(await new Response(stored.body).arrayBuffer());
  return bytes?.byteLength === output?.byteLength && bytes !== null ? [] : [`${id} is completed and cannot be read`];
}
