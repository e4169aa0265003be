import type { GenerationState } from "../../packages/server/src/lib/generation/generation-state.js";
import { anyAction } from "../../packages/server/src/lib/ports/store/operator-store.js";
import type { OutboxTopic } from "../../packages/server/src/lib/ports/store/outbox.js";
import type { Act } from "./world.js";

const day = 86_400_000;

/** Reads with random arguments. */
export const readActs = {
  findSubmission: ({ store, world, random }) =>
    store.findSubmission({ ownerId: world.owner(random), keyHash: `key-${random.between(1, 5)}` }),
  get: ({ store, world, random }) => store.get(world.owned(random)),
  readAttempts: ({ store, world, random }) => store.readAttempts(world.owned(random)),
  getOutput: ({ store, world, random }) =>
    store.getOutput({ id: world.generation(random), index: random.between(0, 1) }),
  getPreview: ({ store, world, random }) => store.getPreview({ id: world.generation(random) }),
  getEnded: ({ store, world, random }) => store.getEnded({ id: world.generation(random) }),
  findAttempt: ({ store, world, random }) =>
    store.findAttempt({ generationId: world.generation(random), attempt: random.between(1, 2) }),
  listActive: ({ store, world, random }) =>
    store.listActive({
      ownerId: world.owner(random),
      scope: random.pick([null, "a"]),
      activeLimit: random.between(1, 5),
      unseenLimit: random.between(1, 5),
      unseenForMs: world.span(random, [5, 50]),
      maxUnseenCount: random.between(1, 9),
    }),
  list: ({ store, world, random }) =>
    store.list({
      ownerId: world.owner(random),
      limit: random.between(1, 5),
      after: random.pick([null, world.generation(random)]),
      status: random.pick([null, "pending", "processing", "completed", "failed", "canceled"]),
      model: random.pick([null, "demo"]),
      scope: random.pick([null, "a"]),
    }),
  listGroup: ({ store, world, random }) => {
    const { groupId } = world.groups.at(-random.between(1, 3)) ?? { groupId: "none" };
    return store.listGroup({ ownerId: world.owner(random), groupId });
  },
  sequencesOf: ({ store, world }) => store.sequencesOf([...world.owners, "unknown"]),
  changedAfter: ({ store, world, random }) =>
    store.changedAfter({
      ownerId: world.owner(random),
      sequence: random.pick([0, random.between(0, 60)]),
      limit: random.pick([2, 1_000]),
    }),
  nextDueInMs: ({ store, random }) =>
    store.nextDueInMs({
      models: random.pick([["demo"], ["demo", "other"], []]),
      topics: random.pick<readonly OutboxTopic[]>([[], ["delete_objects"], ["cancel_job", "announce_to_hook"]]),
    }),
  unservedModels: ({ store, world, random }) => store.unservedModels({ forMs: world.span(random, [0, 20]) }),
  readQueue: ({ store }) => store.readQueue(),
  readTimings: async ({ store }) =>
    (await store.readTimings({ models: ["demo", "other"] })).map((timing) => JSON.stringify(timing)).toSorted(),
  listCredits: async ({ store, world, random }) => {
    const accountId = world.account(random);
    const limit = random.between(1, 4);
    const page = await store.listCredits({ accountId, limit, before: null });
    const before = page.entries.at(-1)?.id;
    return before === undefined ? [page] : [page, await store.listCredits({ accountId, limit, before })];
  },
  readCosts: async ({ store }) => store.readCosts({ from: 0, to: Date.now() + 10_000 * day }),
  audit: ({ store }) => store.audit(),
  inputWaitMs: ({ store, world, random }) =>
    store.inputWaitMs({ ownerId: world.owner(random), rate: { requests: 2, perMs: 60 * world.unitMs } }),
  getInput: ({ store, world, random }) =>
    store.getInput({
      id: world.input(random),
      ...(random.chance(0.5) && { generationId: world.generation(random) }),
    }),
  findKeysInUse: ({ store, world }) =>
    store.findKeysInUse(world.generations.slice(-20).flatMap((id) => [`${id}/0`, `${id}/1-small`])),
  newestOutputKey: ({ store }) => store.newestOutputKey(),
  findGenerations: ({ store, world, random }) =>
    store.findGenerations({
      states: random.pick<readonly GenerationState[] | null>([null, ["queued", "running"], ["failed", "canceled"]]),
      isStarted: random.pick([null, true, false]),
      isStuck: random.chance(0.3),
      slowerThan: random.chance(0.2) ? { demo: 1_000 } : null,
      models: random.pick([null, ["demo"]]),
      providerIds: random.pick([null, ["p"]]),
      ownerId: random.pick([null, world.owner(random)]),
      accountId: random.pick([null, world.account(random)]),
      failureCodes: random.pick([null, ["deadline_exceeded"]]),
      from: null,
      to: null,
      before: random.pick([null, world.generation(random)]),
      limit: random.between(1, 5),
      scanLimit: 1_000,
    }),
  getDetail: ({ store, world, random }) => store.getDetail({ id: world.generation(random) }),
  async readOverview({ store, random }) {
    const { active, outcomes, ...rest } = await store.readOverview({
      from: 0,
      intervalMs: random.pick([day, 1_000 * day]),
      scanLimit: 1_000,
      listLimit: 3,
    });
    // Sorted: the order of groups is not defined.
    return { active: sorted(active), outcomes: sorted(outcomes), ...rest };
  },
  activeModels: async ({ store }) => (await store.activeModels()).toSorted(),
  listDeliveries: ({ store, random }) =>
    store.listDeliveries({ limit: random.between(1, 5), scanLimit: random.pick([3, 1_000]) }),
  async readVendors({ store }) {
    const { costs, counts, times, ...rest } = await store.readVendors({ from: 0, scanLimit: 1_000 });
    return { costs: sorted(costs), counts: sorted(counts), times: sorted(times), ...rest };
  },
  async listOperatorActions({ store, world, random }) {
    const subject = random.pick([null, world.generation(random)]);
    const query = { ...(subject === null ? { ...anyAction, subject } : { subject }), limit: random.between(1, 4) };
    const page = await store.listOperatorActions({ ...query, before: null });
    const before = page.at(-1)?.position;
    return before === undefined ? [page] : [page, await store.listOperatorActions({ ...query, before })];
  },
} as const satisfies Record<string, Act>;

/** Groups in the order of their text, with fields in the order of their names. */
function sorted(groups: readonly object[]): readonly string[] {
  return groups
    .map((group) => JSON.stringify(Object.entries(group).toSorted(([one], [other]) => (one < other ? -1 : 1))))
    .toSorted();
}
