import type { UnresolvedHold } from "../../packages/server/src/lib/ports/store/hold-store.js";
import { erasures } from "./owner-acts.js";
import type { Act, World } from "./world.js";

/** Acts of a host that keeps the credits itself, and reserves them before each submit. */
export const holdActs = {
  async openHolds({ store, world, random }) {
    const ownerId = world.owner(random);
    const accountId = world.account(random);
    const holds = Array.from({ length: random.between(1, 2) }, () => ({
      key: world.newId("gen"),
      accountId,
      credits: random.between(1, 9),
    }));
    const keyHash = random.pick([null, `key-${random.between(1, 5)}`]);
    const command = { holds, keyHash, releaseAfterMs: world.span(random, [1, 60]) };
    world.remember(() => store.openHolds(command));
    await store.openHolds(command);
    world.holds.push(...holds.map((hold) => ({ ...hold, ownerId })));
  },
  async submitHeld({ store, world, random }) {
    const { accountId, credits, key, ownerId } = world.hold(random);
    const command = world.scenario.command({
      ...{ id: key, ownerId, accountId, credits, storagePrefix: `prefix of ${key}`, initialGrant: 0 },
      hold: { reference: random.pick([null, "payment 7"]) },
      deadlineMs: world.span(random, [10, 100]),
    });
    world.remember(() => store.submit(command));
    const verdict = await store.submit({ ...command, ...erasures(world, { random, ownerId }) });
    if (verdict.type === "accepted") world.recordGeneration(verdict.generation);
    return verdict;
  },
  endHolds: ({ store, world, random }) => {
    const { key } = world.hold(random);
    const isRefused = random.chance(0.5);
    return store.endHolds({ refused: isRefused ? [key] : [], unused: isRefused ? [] : [key] });
  },
  hasHeldDuplicate: ({ store, world, random }) =>
    store.hasHeldDuplicate({
      accountId: world.account(random),
      keyHash: `key-${random.between(1, 5)}`,
      keys: [world.hold(random).key],
      since: 0,
    }),
} as const satisfies Record<string, Act>;

/** Resolves a hold in the host's ledger. @throws if it was resolved with another amount before. */
export function resolveHold({ resolved }: World, { key, kept }: UnresolvedHold): void {
  const before = resolved.get(key) ?? kept;
  if (before !== kept) throw new Error(`The hold of ${key} was resolved with ${before}, and now with ${kept}.`);
  resolved.set(key, kept);
}
