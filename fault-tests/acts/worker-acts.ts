import type { ClaimedGeneration } from "../../packages/server/src/lib/generation/generation-record.js";
import type { GenerationState } from "../../packages/server/src/lib/generation/generation-state.js";
import type { AttemptFailure, ProviderFailure } from "../../packages/server/src/lib/generation/provider-failure.js";
import type { AnnouncementTarget } from "../../packages/server/src/lib/ports/announcer.js";
import type { VendorCost } from "../../packages/server/src/lib/ports/provider.js";
import type { OutboxTopic } from "../../packages/server/src/lib/ports/store/outbox.js";
import type {
  AttemptWrite,
  DueGeneration,
  ParkCommand,
  ProgressWrite,
  SettleOutcome,
  WorkerCommand,
  WorkerVerdict,
} from "../../packages/server/src/lib/ports/store/store-commands.js";
import type { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { output, refundOf } from "../../packages/server/testing/store-contract/scenario.js";
import { resolveHold } from "./hold-acts.js";
import type { Act, ActContext, World } from "./world.js";

const models = ["demo", "other"];
const topics = [
  "delete_objects",
  "delete_prefix",
  "cancel_job",
  "announce_to_hook",
  "announce_to_webhook",
  "resolve_hold",
] as const;
const costs: readonly [readonly VendorCost[], ...(readonly VendorCost[])[]] = [
  [],
  [{ amount: 0.25, unit: "usd" }],
  [
    { amount: 0.1, unit: "usd" },
    { amount: 3, unit: "tokens" },
  ],
];

/** Acts of a worker that holds, or once held, a claim. */
const claimActs = {
  renew: (context, { generation: { id, epoch } }) =>
    context.store.renew({ id, epoch, leaseMs: context.world.span(context.random, [2, 30]) }),
  recordIntent({ store, world, random }, claim) {
    const attemptToken = world.newToken();
    const command = {
      ...heldBy(world, claim),
      attemptToken,
      providerId: random.pick(["p", "q"]),
      starts: random.chance(0.5),
      expectedInMs: random.pick([null, world.unitMs]),
      isEstimated: random.chance(0.5),
      leaseMs: world.span(random, [2, 30]),
    };
    return sendWrite({ world, claim, to: "submitting", attemptToken }, () => store.recordIntent(command));
  },
  recordOperation({ store, world, random }, claim) {
    const command = {
      ...heldBy(world, claim),
      attemptToken: world.attemptOf(claim.generation.id),
      operation: { job: claim.generation.id, text: "\u0000" },
      dueInMs: world.span(random, [1, 10]),
      costs: random.pick(costs),
    };
    return sendWrite({ world, claim, to: "running" }, () => store.recordOperation(command));
  },
  recordProgress({ store, world, random }, claim) {
    const command = { ...heldBy(world, claim), progress: progress({ world, random }) };
    return sendWrite({ world, claim, to: world.stateOf(claim.generation.id) }, () => store.recordProgress(command));
  },
  recordResult({ store, world, random }, claim) {
    const command = {
      ...heldBy(world, claim),
      attemptToken: world.attemptOf(claim.generation.id),
      outputs: random.pick([null, outputs(claim.generation.id, random)]),
      ...(random.chance(0.3) && { failure: missingOutput }),
      costs: random.pick(costs),
    };
    return sendWrite({ world, claim, to: "storing" }, () => store.recordResult(command));
  },
  park({ store, world, random }, claim) {
    const { id } = claim.generation;
    const state = world.stateOf(id);
    const command: ParkCommand = {
      ...heldBy(world, claim),
      to: random.pick([state === "storing" ? "storing" : "running", "retry_wait", "reconciling"]),
      dueInMs: world.span(random, [1, 10]),
      isNoop: random.chance(0.5),
      progress: random.pick([null, progress({ world, random })]),
      attempt: attempt(random),
      ...(random.chance(0.2) && { storedOutputs: outputs(id, random) }),
    };
    return sendWrite({ world, claim, to: command.to }, () => store.park(command));
  },
  settle({ store, world, random }, claim) {
    const { generation } = claim;
    const outcome = random.pick<SettleOutcome>([
      { type: "completed", outputs: outputs(generation.id, random) },
      { type: "failed", code: random.pick(["content_rejected", "provider_failed", "deadline_exceeded", "expired"]) },
      { type: "canceled" },
    ]);
    const command = {
      ...heldBy(world, claim),
      outcome,
      refund: refundOf(generation, outcome),
      attempt: attempt(random),
      announceTo: random.pick<readonly AnnouncementTarget[]>([[], ["hook"], ["hook", "webhook"]]),
    };
    return sendWrite({ world, claim, to: outcome.type }, () => store.settle(command));
  },
} satisfies Record<string, (context: ActContext, claim: ClaimedGeneration) => Promise<unknown>>;

type ClaimActName = keyof typeof claimActs;

/** The writes that a worker may make in a state. */
const fitting: Readonly<Record<GenerationState, readonly [ClaimActName, ...ClaimActName[]]>> = {
  queued: ["recordIntent"],
  retry_wait: ["recordIntent"],
  submitting: ["recordOperation", "recordOperation", "recordResult", "recordProgress", "park", "settle"],
  running: ["recordResult", "recordProgress", "park", "settle"],
  storing: ["settle", "settle", "park"],
  reconciling: ["recordOperation", "park", "settle"],
  completed: ["renew"],
  failed: ["settle"],
  canceled: ["settle"],
};

/** Acts of workers and of the vendors that call them. */
export const workerActs = {
  async claim({ store, world, random }) {
    const limit = random.between(1, 3);
    const command = {
      models: random.pick([models, ["demo"]]),
      limit,
      leaseMs: world.span(random, [2, 30]),
      token: world.newToken(),
      // Generations of one claim are due again at the same instant, in any order.
      choose: (due: readonly DueGeneration[]) => due.toSorted(byId).slice(0, limit),
    };
    const send = async () => {
      const claims = (await store.claim(command)).toSorted(byGeneration);
      world.recordClaims(claims);
      return claims;
    };
    world.remember(send);
    return send();
  },
  /** A write that fits the state, or sometimes any other one. */
  async write(context) {
    const { random, world } = context;
    const claim = world.claim(random);
    if (claim === null) return null;
    const name = random.chance(0.85)
      ? random.pick(fitting[world.stateOf(claim.generation.id)])
      : random.pick(claimActNames);
    return [name, await claimActs[name](context, claim)];
  },
  recordWebhook({ store, world, random }) {
    const command = {
      generationId: world.generation(random),
      attempt: random.between(1, 2),
      deliveryId: `delivery-${random.between(1, 20)}`,
      operationHint: random.pick([null, { hint: "\u0000" }]),
    };
    world.remember(() => store.recordWebhook(command));
    return store.recordWebhook(command);
  },
  async claimOutbox({ store, world, random }) {
    const items = await store.claimOutbox({
      models: random.pick([models, ["demo"]]),
      topics: random.pick<readonly OutboxTopic[]>([topics, ["delete_objects", "cancel_job"]]),
      limit: 100,
      leaseMs: world.span(random, [1, 30]),
    });
    world.outboxItems.push(...items.map(({ id }) => id));
    for (const item of items) if (item.topic === "resolve_hold") resolveHold(world, item.hold);
    return items.toSorted((one, other) => one.id - other.id);
  },
  confirmOutbox: ({ store, world, random }) =>
    store.confirmOutbox({ id: world.outboxItems.at(-random.between(1, 5)) ?? 0 }),
  failOutbox: ({ store, world, random }) =>
    store.failOutbox({ id: world.outboxItems.at(-1) ?? 0, tries: random.between(1, 2), error: "status 500 🦊" }),
  recordJobCancel: ({ store, world, random }) =>
    store.recordJobCancel({
      generationId: world.generation(random),
      attempt: random.between(1, 2),
      result: random.pick(["requested", "canceled", "unknown"] as const),
    }),
  dropUnclaimedOutbox: async ({ store, random }) =>
    (
      await store.dropUnclaimedOutbox({ models: ["demo"], topics: ["cancel_job"], limit: random.between(1, 3) })
    ).toSorted(),
  addTimings: ({ store, random }) =>
    store.addTimings([
      {
        model: random.pick(["demo", "other"]),
        providerId: "p",
        size: random.between(1, 2),
        bucket: random.between(1, 3),
        count: 1,
      },
    ]),
} as const satisfies Record<string, Act>;

// There are acts, and their names are keys.
const claimActNames = Object.keys(claimActs) as [ClaimActName, ...ClaimActName[]];

/** Sends a write that may be repeated, and records its effect. */
async function sendWrite(
  write: {
    readonly world: World;
    readonly claim: ClaimedGeneration;
    readonly to: GenerationState;
    readonly attemptToken?: string;
  },
  send: () => Promise<WorkerVerdict>,
): Promise<WorkerVerdict> {
  const { world, claim, to, attemptToken = null } = write;
  world.remember(send);
  const verdict = await send();
  if (verdict.type === "applied") world.recordWrite(claim, to, attemptToken);
  return verdict;
}

function heldBy(world: World, { generation: { id, epoch } }: ClaimedGeneration): WorkerCommand {
  return { id, epoch, token: world.newToken() };
}

function progress({ world, random }: { readonly world: World; readonly random: SeededRandom }): ProgressWrite {
  const token = world.newToken();
  return {
    value: random.pick([null, 0.1, 0.5, 0.9]),
    source: random.pick(["provider", "estimate", "none"]),
    queuePosition: random.pick([null, 3]),
    preview: random.pick([null, { storageKey: `preview/${token}`, contentType: "image/png" }]),
  };
}

/** A result of which an output was withheld. */
const missingOutput: AttemptFailure = {
  code: "content_blocked",
  message: "checkOutput: \u0000",
  missing: [{ index: 1, code: "content_blocked", message: "checkOutput: \u0000" }],
};

function attempt(random: SeededRandom): AttemptWrite | null {
  const failure: ProviderFailure = { code: "provider_error", message: "\u0000", retryAfterMs: 5 };
  return random.pick<AttemptWrite | null>([
    null,
    { state: "done", failure: random.pick([null, missingOutput]), costs: random.pick(costs) },
    { state: "rejected", failure },
    { state: "failed", failure },
    { state: "unknown", failure: null },
    { state: "canceled", failure: null },
  ]);
}

function outputs(id: string, random: SeededRandom) {
  const count = random.between(1, 3);
  return Array.from({ length: count }, (_, index) =>
    output({
      index,
      storageKey: `${id}/${index}`,
      width: random.pick([null, 512]),
      placeholder: random.pick([null, "blur"]),
      thumbnail: random.pick([
        null,
        { storageKey: `${id}/${index}-small`, contentType: "image/webp", byteLength: 9, width: 8, height: 8 },
      ]),
      provenance: random.pick([null, { digitalSourceType: "trainedAlgorithmicMedia", c2pa: false, marked: true }]),
      flags: random.pick([null, ["nsfw"]]),
    }),
  );
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : 1;
}

function byGeneration(one: ClaimedGeneration, other: ClaimedGeneration): number {
  return byId(one.generation, other.generation);
}
