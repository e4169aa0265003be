import type { GenerationRecord } from "../../generation/generation-record.js";
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
import { persist } from "./persist.js";
import type { WorkerContext } from "./worker-context.js";

/**
 * Writes what becomes of one claimed generation, and tells whoever watches or works. Each method answers whether it took
 * effect; when it did not, another worker has the generation and the step goes away quietly.
 */
export class GenerationWriter {
  readonly #context: WorkerContext;
  readonly #generation: GenerationRecord;
  readonly #signal: AbortSignal;

  /** @param signal until when a store that does not answer is asked again. */
  constructor(context: WorkerContext, generation: GenerationRecord, signal: AbortSignal) {
    this.#context = context;
    this.#generation = generation;
    this.#signal = signal;
  }

  /** The same writer with another patience. */
  until(signal: AbortSignal): GenerationWriter {
    return new GenerationWriter(this.#context, this.#generation, signal);
  }

  recordIntent(intent: Omit<RecordIntentCommand, keyof WorkerCommand>): Promise<boolean> {
    const command = { ...this.#command(), ...intent };
    return this.#write(intent.starts, () => this.#context.store.recordIntent(command));
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

  recordResult(result: Omit<RecordResultCommand, keyof WorkerCommand>): Promise<boolean> {
    const command = { ...this.#command(), ...result };
    return this.#write(this.#generation.startedAt === null, () => this.#context.store.recordResult(command));
  }

  /** Gives the lease back. */
  async park(
    parking: Pick<ParkCommand, "to" | "dueInMs"> &
      Partial<Pick<ParkCommand, "isUntouched" | "progress" | "attempt" | "kept">>,
  ): Promise<boolean> {
    const { to, dueInMs, isUntouched = false, progress = null, attempt = null, kept } = parking;
    const written = { to, dueInMs, isUntouched, progress, attempt, ...(kept && { kept }) };
    const command = { ...this.#command(), ...written };
    const isApplied = await this.#write(progress !== null, () => this.#context.store.park(command));
    if (isApplied) this.#wake(dueInMs);
    return isApplied;
  }

  /** Whether its owner has asked for a cancel, by now: the claim may be older than a paid request is long. */
  async isCancelWanted(): Promise<boolean> {
    const { id, ownerId } = this.#generation;
    const { store } = this.#context;
    const generation = await persist(this.#context, this.#signal, () => store.get({ ownerId, id }));
    return (generation ?? this.#generation).cancelRequestedAt !== null;
  }

  /** Ends the generation. */
  async settle(settling: Omit<SettleCommand, keyof WorkerCommand | "announceTo">): Promise<boolean> {
    const command = { ...this.#command(), ...settling, announceTo: this.#context.announcer.targets };
    const isWritten = await this.#write(true, async () => {
      const verdict = await this.#context.store.settle(command);
      if (verdict.type === "applied") this.#context.onCrashPoint?.("P15");
      return verdict;
    });
    if (isWritten) this.#context.eventBus.hint([this.#generation.accountId]);
    return isWritten;
  }

  #command(): WorkerCommand {
    const { id, epoch } = this.#generation;
    return { id, epoch, token: this.#context.createToken() };
  }

  async #write(isVisible: boolean, send: () => Promise<WorkerVerdict>): Promise<boolean> {
    const verdict = await persist(this.#context, this.#signal, send);
    if (verdict.type === "lost") return false;
    if (isVisible) this.#context.eventBus.hint([verdict.ownerId]);
    return true;
  }

  #wake(dueInMs: number): void {
    this.#context.dispatcher.enqueue({ generationId: this.#generation.id, dueInMs });
  }
}
