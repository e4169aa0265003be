import type { Json } from "@safelight/client/contract";
import type { ClaimedGeneration, GenerationRecord, OutputRecord } from "../../src/lib/generation/generation-record.js";
import type { Refund } from "../../src/lib/generation/refund-policy.js";
import { refundFor } from "../../src/lib/ledger/refund-for.js";
import type { Store } from "../../src/lib/ports/store/store.js";
import type { SettleOutcome } from "../../src/lib/ports/store/store-commands.js";
import type { SubmitCommand, SubmitVerdict } from "../../src/lib/ports/store/submit-commands.js";

/** Creates a store on a new database, with `now()` as its clock. Called once for each test. */
export type CreateStore = (now: () => number) => Promise<Store>;

/** Arguments of a contract test: a migrated store whose clock the test moves. */
export interface Given {
  readonly scenario: Scenario;
  readonly store: Store;
  /** The store's clock. */
  now(): number;
  /** Moves the store's clock. A negative number moves it back. */
  advance(milliseconds: number): void;
}

/** Runs a test on a new store, and audits the ledger after it. */
export function withStore(create: CreateStore, test: (given: Given) => Promise<void>): () => Promise<void> {
  return async () => {
    let time = 1_800_000_000_000;
    const store = await create(() => time);
    const advance = (milliseconds: number) => {
      time += milliseconds;
    };
    try {
      await store.migrate();
      await addOtherOwner(store);
      await test({ scenario: new Scenario(store), store, now: () => time, advance });
      const violations = await store.audit();
      if (violations.length > 0) throw new Error(`The audit found discrepancies: ${JSON.stringify(violations)}`);
    } finally {
      await store.close();
    }
  };
}

/** Adds three canceled generations of another owner. A command without an owner filter finds them first. */
async function addOtherOwner(store: Store): Promise<void> {
  const scenario = new Scenario(store);
  for (const count of ["1", "2", "3"]) {
    const id = `gen_00000000-0000-7000-8000-f0000000000${count}`;
    await scenario.accepted({
      id,
      ownerId: "zoe",
      model: "unserved",
      storagePrefix: `zoe-${count}`,
      initialGrant: 1_000,
    });
    await store.requestCancel({ ownerId: "zoe", id });
  }
}

/** Commands on a store with default values for all fields that a test does not set. */
export class Scenario {
  readonly store: Store;
  #ids = 0;
  #tokens = 0;

  constructor(store: Store) {
    this.store = store;
  }

  /** A unique, sortable id. */
  id(): string {
    this.#ids += 1;
    return `gen_00000000-0000-7000-8000-${String(this.#ids).padStart(12, "0")}`;
  }

  token(): string {
    this.#tokens += 1;
    return `token-${this.#tokens}`;
  }

  command(change: Partial<SubmitCommand> = {}): SubmitCommand {
    return {
      id: this.id(),
      ownerId: "ada",
      accountId: change.ownerId ?? "ada",
      // Shared, so that each test also audits the log of a team.
      teamId: "everyone",
      model: "demo",
      kind: "image",
      scope: null,
      metadata: null,
      input: { prompt: "a cat" },
      parsedInput: { prompt: "a cat", steps: 8 },
      requestedOutputs: 1,
      storagePrefix: `prefix-${this.#ids}`,
      credits: 4,
      dropOnCancel: false,
      refunds: null,
      maxAttempts: 4,
      deadlineMs: 900_000,
      retryOf: null,
      idempotencyKey: null,
      initialGrant: 100,
      limits: { maxActive: 50, rate: null, refunds: null },
      ...change,
    };
  }

  submit(change: Partial<SubmitCommand> = {}): Promise<SubmitVerdict> {
    return this.store.submit(this.command(change));
  }

  /** Submits, and expects acceptance. Returns the id. */
  async accepted(change: Partial<SubmitCommand> = {}): Promise<string> {
    const verdict = await this.submit(change);
    if (verdict.type !== "accepted") throw new Error(`Expected acceptance, got ${verdict.type}`);
    return verdict.generation.id;
  }

  claim(limit = 10, leaseMs = 30_000): Promise<readonly ClaimedGeneration[]> {
    return this.store.claim({ models: ["demo"], limit, leaseMs, token: this.token() });
  }

  /** Claims one generation if it is due. */
  claimOnly(id: string, models: readonly string[] = ["demo"]): Promise<readonly ClaimedGeneration[]> {
    return this.store.claim({ models, limit: 1, leaseMs: 30_000, token: this.token(), id });
  }

  /** Claims all due generations, and returns the claim of this one. */
  async claimOne(id: string): Promise<ClaimedGeneration> {
    const claims = await this.claim();
    const claim = claims.find(({ generation }) => generation.id === id);
    if (claim === undefined) throw new Error(`${id} could not be claimed`);
    return claim;
  }

  intent(claim: ClaimedGeneration, attemptToken = this.token(), starts = false) {
    const { id, epoch } = claim.generation;
    return this.store.recordIntent({
      id,
      epoch,
      token: this.token(),
      attemptToken,
      providerId: "p",
      starts,
      expectedInMs: null,
      isEstimated: false,
    });
  }

  operation(claim: ClaimedGeneration, attemptToken: string, dueInMs = 1_000, operation: Json = { job: 1 }) {
    const { id, epoch } = claim.generation;
    return this.store.recordOperation({ id, epoch, token: this.token(), attemptToken, operation, dueInMs });
  }

  result(claim: ClaimedGeneration, attemptToken: string, outputs: readonly OutputRecord[] | null = null) {
    const { id, epoch } = claim.generation;
    return this.store.recordResult({ id, epoch, token: this.token(), attemptToken, outputs });
  }

  /** Drops the outputs of a response to a paid request, after a cancel. */
  drop({ generation }: ClaimedGeneration, attemptToken: string) {
    const { id, epoch } = generation;
    const refund = refundFor(generation, { type: "canceled", how: "dropped" });
    const attempt = { state: "done", failure: null, costs: [{ amount: 3, unit: "credits" }] } as const;
    const command = { id, epoch, token: this.token(), attemptToken };
    return this.store.settle({ ...command, outcome: { type: "canceled" }, refund, attempt });
  }

  /** Settles a claimed generation. The refund follows the generation's policy unless it is given. */
  settle({ generation }: ClaimedGeneration, outcome: SettleOutcome, refund = refundOf(generation, outcome)) {
    const { id, epoch } = generation;
    return this.store.settle({ id, epoch, token: this.token(), outcome, refund, attempt: null });
  }

  park(claim: ClaimedGeneration, change: Partial<Parameters<Store["park"]>[0]> = {}) {
    const { id, epoch, state } = claim.generation;
    const to = state === "submitting" ? "retry_wait" : state;
    if (to === "completed" || to === "failed" || to === "canceled") throw new Error(`${id} has ended`);
    return this.store.park({
      id,
      epoch,
      token: this.token(),
      to,
      dueInMs: 1_000,
      isNoop: false,
      progress: null,
      attempt: null,
      ...change,
    });
  }

  /** Submits a generation and moves it to `running`: the provider accepted it, and it is due in a second. */
  async running(change: Partial<SubmitCommand> = {}): Promise<{ readonly id: string; readonly attemptToken: string }> {
    const id = await this.accepted(change);
    const claim = await this.claimOne(id);
    const attemptToken = this.token();
    await this.intent(claim, attemptToken);
    await this.operation(claim, attemptToken);
    return { id, attemptToken };
  }

  /** Submits a generation and moves it to `storing`. Returns the claim. */
  async storing(
    advance: (milliseconds: number) => void,
    change: Partial<SubmitCommand> = {},
  ): Promise<ClaimedGeneration> {
    const { id, attemptToken } = await this.running(change);
    advance(1_000);
    const claim = await this.claimOne(id);
    await this.result(claim, attemptToken);
    return claim;
  }

  /** Submits and completes a generation. Returns the id. */
  async completed(advance: (milliseconds: number) => void, change: Partial<SubmitCommand> = {}): Promise<string> {
    const claim = await this.storing(advance, change);
    await this.settle(claim, { type: "completed", outputs: [output()] });
    return claim.generation.id;
  }

  /** All changes of an owner after a sequence, up to 1,000. */
  changes(ownerId: string, sequence = 0) {
    return this.store.changedAfter({ ownerId, sequence, limit: 1_000 });
  }

  /** Grants credits to an account. An account that this creates has no initial grant. */
  buy(accountId: string, amount = 100) {
    const key = this.token();
    return this.store.adjust({ accountId, kind: "grant", amount, reason: null, key, initialGrant: 0 });
  }

  async balance(accountId = "ada"): Promise<number | null> {
    const { balance } = await this.store.listCredits({ accountId, limit: 1, before: null });
    return balance;
  }
}

/** The refund of the generation's policy. A canceled generation counts as confirmed by its provider. */
export function refundOf(
  generation: Pick<GenerationRecord, "credits" | "refunds" | "requestedOutputs">,
  outcome: SettleOutcome,
): Refund {
  if (outcome.type === "failed") return refundFor(generation, outcome);
  if (outcome.type === "canceled") return refundFor(generation, { type: "canceled", how: "confirmed" });
  const { requestedOutputs } = generation;
  return refundFor(generation, { type: "completed", requestedOutputs, storedOutputs: outcome.outputs.length });
}

/** The record of a stored output. */
export function output(change: Partial<OutputRecord> = {}): OutputRecord {
  return {
    index: 0,
    kind: "image",
    storageKey: "prefix/0-abc.png",
    contentType: "image/png",
    byteLength: 100,
    sha256: "abc",
    width: 512,
    height: 512,
    durationMs: null,
    placeholder: null,
    thumbnail: null,
    provenance: null,
    flags: null,
    ...change,
  };
}
