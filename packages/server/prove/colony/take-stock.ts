import type { GenerationRecord } from "../../src/lib/generation/generation-record.js";
import { isTerminalState } from "../../src/lib/generation/generation-state.js";
import { fileStorage } from "../../src/lib/storage/file-storage.js";
import type { Colony } from "./colony.js";
import { pause } from "./pause.js";

/** What was found when everything was at rest. */
export interface Stock {
  readonly generations: number;
  readonly completed: number;
  readonly violations: readonly string[];
}

/** Waits until everything has ended, then checks the promises against what owners were told and the vendor was paid. */
export async function takeStock(colony: Colony, endsWithinMs: number): Promise<Stock> {
  const violations = [...colony.violations];
  if (!(await isDoneWithin(colony, endsWithinMs))) violations.push("not everything came to its end in time");

  const generations = new Map<string, GenerationRecord>();
  for (const ownerId of colony.owners) {
    for (const generation of await everything(colony, ownerId)) generations.set(generation.id, generation);
  }
  for (const id of colony.acknowledged.keys()) {
    if (!generations.has(id) && !colony.removed.has(id)) violations.push(`${id} was acknowledged and is lost`);
  }
  const ofKey = new Map<string | null, string>();
  for (const { id, scope, state } of generations.values()) {
    if (!isTerminalState(state)) violations.push(`${id} is still ${state}`);
    const twin = ofKey.get(scope);
    if (twin !== undefined) violations.push(`${scope} made ${twin} and ${id}`);
    ofKey.set(scope, id);
    const paid = colony.vendor.paidFor(id);
    if (paid > 1) violations.push(`${id} was paid for ${paid} times`);
  }
  const completed = [...generations.values()].filter(({ state }) => state === "completed");
  for (const generation of completed) violations.push(...(await unreadable(colony, generation)));
  const overlaps = colony.vendor.overlaps();
  if (overlaps > 0) violations.push(`${overlaps} times two worked on one generation`);
  const repeated = colony.vendor.repeatedRequests();
  if (repeated > 0) violations.push(`${repeated} requests were sent again`);
  for (const { check, subject, detail } of await colony.store.audit()) {
    violations.push(`${check}: ${subject} (${detail})`);
  }
  return { generations: generations.size, completed: completed.length, violations };
}

async function isDoneWithin({ store }: Colony, milliseconds: number): Promise<boolean> {
  for (const start = performance.now(); performance.now() - start < milliseconds; await pause(50)) {
    if ((await store.nextDueInMs({ models: ["demo"], topics: [] })) === null) return true;
  }
  return false;
}

async function everything({ store }: Colony, ownerId: string): Promise<readonly GenerationRecord[]> {
  const found: GenerationRecord[] = [];
  for (let after: string | null = null; ; ) {
    const page = await store.list({ ownerId, limit: 100, after, status: null, model: null, scope: null });
    found.push(...page.generations);
    after = page.generations.at(-1)?.id ?? null;
    if (!page.hasMore) return found;
  }
}

/** Completed means that the bytes are there. */
async function unreadable(
  { store, storageFolder }: Colony,
  { id, ownerId }: GenerationRecord,
): Promise<readonly string[]> {
  const output = await store.getOutput({ id, index: 0 });
  // Removed meanwhile.
  if ((await store.get({ ownerId, id })) === null) return [];
  const stored = output === null ? null : await fileStorage(storageFolder).get(output.storageKey);
  const bytes = stored === null ? null : new Uint8Array(await new Response(stored.body).arrayBuffer());
  return bytes?.byteLength === output?.byteLength && bytes !== null ? [] : [`${id} is completed and cannot be read`];
}
