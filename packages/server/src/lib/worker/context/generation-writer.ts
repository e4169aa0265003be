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
 * Writes the transitions of one claimed generation, and notifies watchers and workers. Each method returns whether the
 * write took effect. If it did not, the claim is no longer valid, and the step ends silently.
 */
export class GenerationWriter {
  readonly #context: WriterContext;
  readonly #generation: GenerationRecord;
  readonly #signal: AbortSignal;

  /** @param options.signal once aborted, a command to an unavailable store is retried one last time. */
  constructor(
    context: WriterContext,
    { generation, signal }: { readonly generation: GenerationRecord; readonly signal: AbortSignal },
  ) {
    this.#context = context;
    this.#generation = generation;
    this.#signal = signal;
  }

  /** The same writer with another signal. */
  withSignal(signal: AbortSignal): GenerationWriter {
    return new GenerationWriter(this.#context, { generation: this.#generation, signal });
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
    const isVisible = this.#generation.startedAt === null;
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
    await persist(this.#context, { signal: this.#signal, send: () => this.#context.store.closeGate(command) });
  }

  /** Reads whether the owner has requested a cancel: the claim may be older than a long paid request. */
  async isCancelRequested(): Promise<boolean> {
    const { id, ownerId } = this.#generation;
    const { store } = this.#context;
    const generation = await persist(this.#context, { signal: this.#signal, send: () => store.get({ ownerId, id }) });
    return (generation ?? this.#generation).cancelRequestedAt !== null;
  }

  /** Ends the generation. */
  async settle(settling: Omit<SettleCommand, keyof WorkerCommand | "announceTo">): Promise<boolean> {
    const command = { ...this.#command(), ...settling, announceTo: this.#context.announcer.targets };
    const isApplied = await this.#write(true, async () => {
      const verdict = await this.#context.store.settle(command);
      if (verdict.type === "applied") this.#context.onCrashPoint?.("P15");
      return verdict;
    });
    if (!isApplied) return false;
    this.#wakeNext();
    this.#context.eventBus.hint([this.#generation.accountId]);
    const reported = this.#context.reporter?.ended(this.#generation.id);
    if (reported) void this.#context.lateRecords.track(reported);
    return true;
  }

  #command(): WorkerCommand {
    const { id, epoch } = this.#generation;
    return { id, epoch, token: this.#context.createToken() };
  }

  async #write(isVisible: boolean, send: () => Promise<WorkerVerdict>): Promise<boolean> {
    const verdict = await persist(this.#context, { signal: this.#signal, send });
    if (verdict.type === "lost") return false;
    const { teamId } = this.#generation;
    if (isVisible) this.#context.eventBus.hint(galleriesOf({ ownerId: verdict.ownerId, teamId }));
    return true;
  }

  /** An attempt has ended, or has started: its gate may have capacity for the next generation. A sweep makes up for a lost wake. */
  #wakeNext(): void {
    const { gate } = this.#generation;
    if (gate === null || this.#context.dispatcher.onWake !== undefined) return;
    void this.#context.lateRecords.track(wakeAtGate(this.#context, { gate }).catch(() => {}));
  }

  #wake(dueInMs: number): void {
    void enqueueWake(this.#context, { generationId: this.#generation.id, dueInMs });
  }
}
