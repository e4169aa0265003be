import type { OperatorBulk } from "../../ports/store/operator-store.js";
import type { OperatorService } from "../../service/operator-access.js";
import { AdminError } from "../admin-context.js";
import { actInBulk, bulkActions } from "./act-on-generation.js";

/** Generations between two pauses. */
const stepSize = 50;
/** Max generations that are changed in parallel: the other connections of a pool stay free for owners. */
const maxParallel = 5;
const pauseMs = 200;
/** Max time of one request, in milliseconds. The page then continues with another one. */
const maxRunMs = 5_000;

/**
 * Acts on the generations of a bulk that have no record yet, in steps with a pause, and returns after 5 seconds at most plus
 * one step. Continues a bulk whose process crashed: each effect has one record, by the ids of the bulk and the generation.
 *
 * @param options.actor the operator who sent this request; another one may have started the bulk.
 * @throws {AdminError} 404 for an unknown id.
 */
export async function runBulk(
  service: OperatorService,
  { actor, id }: { readonly actor: string; readonly id: string },
): Promise<OperatorBulk> {
  const { clock } = service;
  const endAt = clock.now() + maxRunMs;
  for (;;) {
    const bulk = await readBulk(service, id);
    if (bulk.left.length === 0 || clock.now() >= endAt) return bulk;
    await step(service, { actor, bulk, id });
    if (bulk.left.length < stepSize) return readBulk(service, id);
    await new Promise<void>((resolve) => void clock.setTimer(pauseMs, resolve));
  }
}

const idPrefix = "bulk_";

/** Id of the bulk that a form with this key starts. */
export function bulkIdOf(key: string): string {
  return `${idPrefix}${key}`;
}

/** Key of the form that started a bulk. */
export function keyOfBulk(id: string): string {
  return id.slice(idPrefix.length);
}

/** @throws {AdminError} 404 */
export async function readBulk({ store }: Pick<OperatorService, "store">, id: string): Promise<OperatorBulk> {
  const bulk = /^bulk_[\w-]{8,64}$/.test(id) ? await store.readBulk({ key: id, limit: stepSize }) : null;
  if (bulk === null) throw new AdminError(404, "No bulk has this id.");
  return bulk;
}

async function step(
  service: OperatorService,
  { actor, bulk, id: bulkId }: { readonly actor: string; readonly bulk: OperatorBulk; readonly id: string },
): Promise<void> {
  const { action, reason } = bulk.record;
  const name = bulkActions.find((known) => known === action);
  if (name === undefined) throw new AdminError(409, `No bulk performs ${action}.`);
  for (let first = 0; first < bulk.left.length; first += maxParallel) {
    const ids = bulk.left.slice(first, first + maxParallel);
    await Promise.all(
      ids.map((id) =>
        actInBulk(service, { name, id, bulk: bulkId, action: { actor, action: name, subject: id, reason } }),
      ),
    );
  }
}
