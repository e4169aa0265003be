import type { AdjustCommand } from "../../packages/server/src/lib/ports/store/credits-store.js";
import type { TransferOwnerCommand } from "../../packages/server/src/lib/ports/store/owner-store.js";
import { erasures } from "./owner-acts.js";
import type { Act } from "./world.js";

/** Acts of the host: credits, transfers, erasures and retention. */
export const hostActs = {
  async adjust({ store, world, random }) {
    const accountId = world.account(random);
    const amount = random.pick([50, 5, -5, -50, Number.MAX_SAFE_INTEGER]);
    const command: AdjustCommand = {
      accountId,
      kind: amount > 0 && random.chance(0.5) ? "grant" : "adjustment",
      amount,
      ...(amount < 0 && random.chance(0.5) && { atMost: true }),
      reason: random.pick([null, "a gift"]),
      key: `key-${random.between(1, 30)}`,
      initialGrant: random.pick([0, 20]),
    };
    world.remember(() => store.adjust(command));
    return store.adjust({ ...command, ...erasures(world, { random, ownerId: accountId }) });
  },
  async transferOwner({ store, world, random }) {
    const to = world.owner(random);
    const command: TransferOwnerCommand = {
      from: world.owner(random),
      to,
      credits: random.pick(["move", "leave"]),
      initialGrant: random.pick([0, 20]),
    };
    if (command.from === to) return null;
    world.remember(() => store.transferOwner(command));
    return store.transferOwner({ ...command, ...erasures(world, { random, ownerId: to }) });
  },
  async eraseOwner({ store, world, random }) {
    const ownerId = world.owner(random);
    const command = {
      ownerId,
      pseudonym: `deleted_${world.newToken()}`,
      limit: random.between(1, 10),
      ...(random.chance(0.5) && { models: ["demo"] }),
      ...(random.chance(0.7) && { ownerMarks: [`mark of ${ownerId}`] }),
    };
    const { isErased, generationId, teamIds } = await store.eraseOwner(command);
    // Which of several generations is returned is not defined.
    return { isErased, hasGeneration: generationId !== null, teamIds: teamIds.toSorted() };
  },
  async erasurePosition({ store, world }) {
    world.erasurePosition = await store.erasurePosition();
    // The number is that of the database. Later commands compare its meaning.
    return null;
  },
  async purgeGenerations({ store, world, random }) {
    const { ownerIds, teamIds, nextInMs } = await store.purgeGenerations({
      endedForMs: world.span(random, [20, 60]),
      limit: random.between(1, 20),
    });
    return { ownerIds: ownerIds.toSorted(), teamIds: teamIds.toSorted(), nextInMs };
  },
  purgeInputs: ({ store, world, random }) =>
    store.purgeInputs({ unusedForMs: world.span(random, [20, 60]), limit: random.between(1, 20) }),
  startTimeline: async ({ store }) => ({ timeline: await store.startTimeline() }),
  readSecret: ({ store, world }) => store.readSecret(world.newToken()),
  migrate: ({ store }) => store.migrate(),
  ping: ({ store }) => store.ping(),
} as const satisfies Record<string, Act>;
