import type { AnnouncementTarget } from "../../packages/server/src/lib/ports/announcer.js";
import type {
  SubmitCommand,
  SubmitLimits,
  SubmitManyCommand,
} from "../../packages/server/src/lib/ports/store/submit-commands.js";
import type { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import type { Act, World } from "./world.js";

/** JSON that databases treat differently: zero characters, lone surrogates, numbers beyond 32 bits. */
const inputs: readonly [SubmitCommand["input"], ...SubmitCommand["input"][]] = [
  { prompt: "a cat" },
  { prompt: "\u0000 and \ud800", count: 2 ** 53 - 1 },
  { prompt: "🦊", nested: [null, true, { "": 1e-7 }] },
  "only text",
  null,
];

/** Acts of owners. */
export const ownerActs = {
  async submit({ store, world, random }) {
    const ownerId = world.owner(random);
    const command = world.scenario.command({
      id: world.newId("gen"),
      storagePrefix: world.newToken(),
      ownerId,
      accountId: random.chance(0.2) ? "team" : ownerId,
      model: random.pick(["demo", "demo", "other"]),
      kind: random.pick(["image", "video"]),
      scope: random.pick([null, "a", "b"]),
      metadata: random.pick([null, { order: 7 }]),
      input: random.pick(inputs),
      parsedInput: random.pick(inputs),
      requestedOutputs: random.between(1, 3),
      credits: random.between(0, 9),
      dropOnCancel: random.chance(0.3),
      refunds: random.pick([null, { canceled: 50, missing: 30, content_rejected: 0 }]),
      maxAttempts: random.between(1, 4),
      deadlineMs: world.span(random, [10, 100]),
      notBefore:
        random.chance(0.2) && world.acceptedAt !== null ? world.acceptedAt + world.span(random, [0, 20]) : null,
      expiresAfterMs: random.chance(0.3) ? world.span(random, [1, 100]) : null,
      retryOf: random.chance(0.1) ? world.generation(random) : null,
      idempotencyKey: random.pick([
        null,
        {
          keyHash: `key-${random.between(1, 5)}`,
          fingerprint: random.pick(["same", "same", "other"]),
          keepMs: world.span(random, [5, 100]),
        },
      ]),
      initialGrant: random.pick([0, 20, 100]),
      limits: limits(world, random),
    });
    const send = () => store.submit({ ...command, ...erasures(world, { random, ownerId }) });
    const verdict = await send();
    world.remember(() => store.submit(command));
    if (verdict.type === "accepted") {
      world.recordGeneration(verdict.generation);
      world.acceptedAt = verdict.generation.createdAt;
    }
    return verdict;
  },
  async submitMany({ store, world, random }) {
    const ownerId = world.owner(random);
    const items = Array.from({ length: random.between(1, 3) }, () => ({
      id: world.newId("gen"),
      input: random.pick(inputs),
      parsedInput: random.pick(inputs),
      requestedOutputs: random.between(1, 3),
      storagePrefix: world.newToken(),
      credits: random.between(0, 9),
      refunds: random.pick([null, { canceled: 50, missing: 30, content_rejected: 0 }]),
    }));
    const [first, ...others] = items;
    if (first === undefined) throw new Error("A group has at least one item.");
    const groupId = world.newId("grp");
    const command = {
      groupId,
      items: [first, ...others],
      ownerId,
      accountId: random.chance(0.2) ? "team" : ownerId,
      model: random.pick(["demo", "demo", "other"]),
      kind: "image",
      scope: random.pick([null, "a"]),
      metadata: random.pick([null, { order: 7 }]),
      dropOnCancel: random.chance(0.3),
      maxAttempts: random.between(1, 4),
      deadlineMs: world.span(random, [10, 100]),
      expiresAfterMs: random.chance(0.3) ? world.span(random, [1, 100]) : null,
      idempotencyKey: random.pick([
        null,
        {
          keyHash: `key-${random.between(1, 5)}`,
          fingerprint: random.pick(["many", "many", "same"]),
          keepMs: world.span(random, [5, 100]),
        },
      ]),
      initialGrant: random.pick([0, 20, 100]),
      limits: limits(world, random),
    } as const satisfies SubmitManyCommand;
    const verdict = await store.submitMany({ ...command, ...erasures(world, { random, ownerId }) });
    world.remember(() => store.submitMany(command));
    if (verdict.type !== "accepted") return verdict;
    for (const generation of verdict.generations) world.recordGeneration(generation);
    world.groups.push({ ownerId, groupId });
    return verdict;
  },
  checkSubmit: ({ store, world, random }) =>
    store.checkSubmit({
      ownerId: world.owner(random),
      accountId: world.account(random),
      credits: random.between(0, 9),
      initialGrant: random.pick([0, 20]),
      limits: limits(world, random),
      pending: () => 1,
    }),
  readAllowance: ({ store, world, random }) =>
    store.readAllowance({
      ownerId: world.owner(random),
      accountId: world.account(random),
      initialGrant: random.pick([0, 20]),
      limits: limits(world, random),
    }),
  async requestCancel({ store, world, random }) {
    const announceTo = random.pick<readonly AnnouncementTarget[]>([[], ["hook"], ["hook", "webhook"]]);
    const command = { ...world.owned(random), announceTo };
    world.remember(() => store.requestCancel(command));
    return store.requestCancel(command);
  },
  markSeen({ store, world, random }) {
    const { ownerId, id } = world.owned(random);
    return store.markSeen({ ownerId, ids: [id, world.generation(random)] });
  },
  async claimNotices({ store, world, random }) {
    const { ownerId } = world.owned(random);
    const claim = world.newToken();
    const command = {
      ownerId,
      claim,
      limit: random.between(1, 3),
      forMs: world.span(random, [10, 100]),
      leaseMs: world.span(random, [1, 5]),
    };
    world.remember(() => store.claimNotices(command));
    const notices = await store.claimNotices(command);
    if (notices.length > 0) world.noticeClaims.push({ ownerId, claim, ids: notices.map(({ id }) => id) });
    return notices;
  },
  async confirmNotices({ store, world, random }) {
    const claimed = world.noticeClaims.at(-random.between(1, 2));
    if (claimed !== undefined) await store.confirmNotices(claimed);
  },
  async remove({ store, world, random }) {
    const command = world.owned(random);
    world.remember(() => store.remove(command));
    return store.remove(command);
  },
  async recordInput({ store, world, random }) {
    const ownerId = world.owner(random);
    const id = world.newId("inp");
    const command = {
      id,
      ownerId,
      storageKey: `${id}/0-image`,
      contentType: "image/png",
      byteLength: random.between(1, 1_000),
      sha256: "abc",
      width: 8,
      height: 8,
      durationMs: null,
      rate: random.pick([null, { requests: 2, perMs: 60 * world.unitMs }]),
      maxOwnerBytes: random.pick([null, 1_000]),
    };
    world.remember(() => store.recordInput(command));
    const verdict = await store.recordInput({ ...command, ...erasures(world, { random, ownerId }) });
    if (verdict.type === "recorded") world.inputs.push(id);
    return verdict;
  },
  dropInput: ({ store, world, random }) =>
    store.dropInput({ id: world.input(random), delayMs: world.span(random, [0, 10]) }),
  touchInputs: async ({ store, world, random }) => {
    const found = await store.touchInputs({
      ownerId: world.owner(random),
      ids: [world.input(random), world.input(random)],
    });
    return found.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  },
} as const satisfies Record<string, Act>;

function limits(world: World, random: SeededRandom): SubmitLimits {
  return {
    maxActive: random.pick([null, 3, 8]),
    rate: random.pick([null, { requests: 5, perMs: 10 * world.unitMs }]),
    refunds: random.pick([null, { generations: 1, perMs: 200 * world.unitMs }]),
  };
}

/** Some requests began before the last erasure of their owner. */
export function erasures(
  { erasurePosition }: World,
  { random, ownerId }: { readonly random: SeededRandom; readonly ownerId: string },
) {
  return random.chance(0.5) ? { erasures: { ownerMarks: [`mark of ${ownerId}`], after: erasurePosition } } : {};
}
