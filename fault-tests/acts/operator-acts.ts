import type { OperatorAction, OperatorActionName } from "../../packages/server/src/lib/ports/store/operator-store.js";
import type { Act } from "./world.js";

/** Acts of operators. */
export const operatorActs = {
  recordOperatorAction: ({ store, world, random }) =>
    store.recordOperatorAction(by("reveal", world.generation(random))),
  async startBulk({ store, world, random }) {
    const ids = [world.generation(random), world.generation(random)];
    const bulk = { action: by("wake", "*"), key: `bulk_${random.between(1, 4)}`, ids };
    world.remember(() => store.startBulk(bulk));
    return store.startBulk(bulk);
  },
  readBulk: ({ store, random }) => store.readBulk({ key: `bulk_${random.between(1, 4)}`, limit: 1 }),
  async cancelByOperator({ store, world, random }) {
    const { id, ownerId } = world.owned(random);
    const command = { action: by("cancel", id), id, ownerId, announceTo: ["hook"] } as const;
    world.remember(() => store.cancelByOperator(command));
    return store.cancelByOperator(command);
  },
  async wakeByOperator({ store, world, random }) {
    const id = world.generation(random);
    const command = { action: by("wake", id), id, bulk: random.pick([undefined, "bulk_1"]) };
    world.remember(() => store.wakeByOperator(command));
    return store.wakeByOperator(command);
  },
  async endByOperator({ store, world, random }) {
    const claim = world.claim(random);
    if (claim === null) return null;
    const { credits, id } = claim.generation;
    const refund = { credits, reason: "failed:ended_by_operator 100%" };
    const command = { action: by("end", id), id, refund, announceTo: ["webhook"] } as const;
    world.remember(() => store.endByOperator(command));
    const record = await store.endByOperator(command);
    if (record.outcome === "applied") world.recordWrite(claim, "failed", null);
    return record;
  },
  async adjustByOperator({ store, world, random }) {
    const accountId = world.account(random);
    const command = {
      action: by("adjust", accountId),
      accountId,
      kind: "adjustment",
      amount: random.pick([50, 5, -5, -50]),
      reason: "operator",
      key: `operator:${random.between(1, 10)}`,
      initialGrant: random.pick([0, 20]),
    } as const;
    world.remember(() => store.adjustByOperator(command));
    return store.adjustByOperator(command);
  },
  async retryByOperator({ store, world, random }) {
    const { id, ownerId } = world.owned(random);
    const command = {
      ...world.scenario.command({ id: world.newId("gen"), storagePrefix: world.newToken(), ownerId, retryOf: id }),
      ...{ credits: random.pick([0, 4]), action: by("retry", id), token: world.newToken() },
    };
    world.remember(() => store.retryByOperator(command));
    const record = await store.retryByOperator(command);
    const submitted = record.outcome === "applied" ? await store.getDetail({ id: command.id }) : null;
    if (submitted !== null) world.recordGeneration(submitted.generation);
    return record;
  },
  async removeByOperator({ store, world, random }) {
    const { id, ownerId } = world.owned(random);
    const command = { action: by("delete", id), id, ownerId };
    world.remember(() => store.removeByOperator(command));
    return store.removeByOperator(command);
  },
  async announceByOperator({ store, world, random }) {
    const id = world.generation(random);
    return store.announceByOperator({ action: by("announce", id), id, announceTo: ["webhook"] });
  },
  changeDelivery: ({ store, random }) =>
    store.changeDelivery({
      action: { actor: "grace", action: random.pick(["deliver", "drop"]), subject: "*", reason: "ticket 🦊" },
      id: random.between(1, 20),
    }),
} as const satisfies Record<string, Act>;

function by(action: OperatorActionName, subject: string): OperatorAction {
  return { actor: "grace", action, subject, reason: "ticket 🦊" };
}
