import { galleriesOf } from "../../generation/gallery-id.js";
import type { GenerationRecord } from "../../generation/generation-record.js";
import type { CloseGateCommand } from "../../ports/store/gate-limit.js";
import type {
  ParkCommand,
  ProgressWrite,
  RecordIntentCommand,
  RecordOperationCommand,
  RecordResultCommand,
  SettleCommand,
  WorkerCommand,
  WorkerVerdict,
} from "../../ports/store/store-commands.js";
import { enqueueWake } from "./enqueue-wake.js";
import { type PersistContext, persist } from "./persist.js";
import { wakeAtGate } from "./wake-at-gate.js";
import type { WorkerContext } from "./worker-context.js";

/** The parts of a worker's context that a writer needs. */
export interface WriterContext
  extends PersistContext,
    Pick<
      WorkerContext,
      | "announcer"
      | "createToken"
      | "dispatcher"
      | "eventBus"
      | "lateRecords"
      | "limits"
      | "models"
      | "onCrashPoint"
      | "reporter"
      | "store"
    > {}

/**
 * How long the end of a generation keeps its slot, in milliseconds. With `sameDatabase`, a refund waits while a transaction of the
 * host has the row of the account.
 */
const slowEndMs = 500;

/** Options of a writer. */
export interface WriterOptions {
  readonly generation: GenerationRecord;
  /** Once aborted, a command to an unavailable store is retried one last time. */
  readonly signal: AbortSignal;
  /** Frees the slot of the step while a slow store ends the generation: nothing else is left to do. */
  readonly releaseSlot?: () => void;
}

/**
 * Writes the transitions of one claimed generation, and notifies watchers and workers. Each method returns whether the
 * write took effect. If it did not, the claim is no longer valid, and the step ends silently.
 */
export class GenerationWriter {
  readonly #context: WriterContext;
  readonly #options: WriterOptions;

  constructor(context: WriterContext, options: WriterOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** The same writer with another signal. */
  withSignal(signal: AbortSignal): GenerationWriter {
    return new GenerationWriter(this.#context, { ...this.#options, signal });
  }

  async recordIntent(intent: Omit<RecordIntentCommand, keyof WorkerCommand>): Promise<boolean> {
    const command = { ...this.#command(), ...intent };
    const isApplied = await this.#write(intent.starts, () => this.#context.store.recordIntent(command));
    if (isApplied) this.#wakeNext();
    return isApplied;
  }

  recordProgress(progress: ProgressWrite): Promise<boolean> {
    const command = { ...this.#command(), progress };
    return this.#write(true, () => this.#context.store.recordProgress(command));
  }

  async recordOperation(accepted: Omit<RecordOperationCommand, keyof WorkerCommand>): Promise<boolean> {
    const command = { ...this.#command(), ...accepted };
    const isApplied = await this.#write(true, () => this.#context.store.recordOperation(command));
    if (isApplied) this.#wake(accepted.dueInMs);
    return isApplied;
  }

  async recordResult(result: Omit<RecordResultCommand, keyof WorkerCommand>): Promise<boolean> {
    const command = { ...this.#command(), ...result };
    const isVisible = this.#options.generation.startedAt === null;
    const isApplied = await this.#write(isVisible, () => this.#context.store.recordResult(command));
    if (isApplied) this.#wakeNext();
    return isApplied;
  }

  /** Releases the lease. */
  async park(
    parking: Pick<ParkCommand, "to" | "dueInMs"> &
      Partial<Pick<ParkCommand, "isNoop" | "progress" | "attempt" | "storedOutputs" | "gate" | "keepsBudget">>,
  ): Promise<boolean> {
    const { dueInMs, progress = null } = parking;
    const written = { isNoop: false, attempt: null, ...parking, progress };
    const command = { ...this.#command(), ...written };
    const isApplied = await this.#write(progress !== null, () => this.#context.store.park(command));
    if (isApplied) this.#wake(dueInMs);
    if (isApplied && parking.to === "retry_wait") this.#wakeNext();
    return isApplied;
  }

  /** Closes the gate of a vendor that refuses requests for a time. */
  async closeGate(command: CloseGateCommand): Promise<void> {
    await persist(this.#context, { signal: this.#options.signal, send: () => this.#context.store.closeGate(command) });
  }

  /** Reads whether the owner has requested a cancel: the claim may be older than a long paid request. */
  async isCancelRequested(): Promise<boolean> {
    const { id, ownerId } = this.#options.generation;
    const { store } = this.#context;
    const generation = await persist(this.#context, {
      signal: this.#options.signal,
      send: () => store.get({ ownerId, id }),
    });
    return (generation ?? this.#options.generation).cancelRequestedAt !== null;
  }

  /** Ends the generation. */
  async settle(settling: Omit<SettleCommand, keyof WorkerCommand | "announceTo">): Promise<boolean> {
    const { generation, releaseSlot } = this.#options;
    const { id, accountId } = generation;
    const command = { ...this.#command(), ...settling, accountId, announceTo: this.#context.announcer.targets };
    const cancelRelease = releaseSlot && this.#context.clock.setTimer(slowEndMs, releaseSlot);
    const isApplied = await this.#write(true, async () => {
      const verdict = await this.#context.store.settle(command);
      if (verdict.type === "applied") this.#context.onCrashPoint?.("P15");
      return verdict;
    }).finally(cancelRelease);
    if (!isApplied) return false;
    this.#wakeNext();
    this.#context.eventBus.hint([accountId]);
    const reported = this.#context.reporter?.ended(id);
    if (reported) void this.#context.lateRecords.track(reported);
    return true;
  }

  #command(): WorkerCommand {
    const { id, epoch } = this.#options.generation;
    return { id, epoch, token: this.#context.createToken() };
  }

  async #write(isVisible: boolean, send: () => Promise<WorkerVerdict>): Promise<boolean> {
    const verdict = await persist(this.#context, { signal: this.#options.signal, send });
    if (verdict.type === "lost") return false;
    const { teamId } = this.#options.generation;
    if (isVisible) this.#context.eventBus.hint(galleriesOf({ ownerId: verdict.ownerId, teamId }));
    return true;
  }

  /** An attempt has ended, or has started: its gate may have capacity for the next generation. A sweep makes up for a lost wake. */
  #wakeNext(): void {
    const { gate } = this.#options.generation;
    if (gate === null || this.#context.dispatcher.onWake !== undefined) return;
    void this.#context.lateRecords.track(wakeAtGate(this.#context, { gate }).catch(() => {}));
  }

  #wake(dueInMs: number): void {
    void enqueueWake(this.#context, { generationId: this.#options.generation.id, dueInMs });
  }
}
