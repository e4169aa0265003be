import type {
  ClaimedGeneration,
  GenerationRecord,
  OutputRecord,
  PreviewRecord,
} from "../../generation/generation-record.js";
import type { ClockJump } from "./clock-jump.js";
import type { CreditsStore } from "./credits-store.js";
import type { EndedStore } from "./ended-store.js";
import type { InputStore } from "./input-store.js";
import type { MediaKeyStore } from "./media-key-store.js";
import type { ClaimOutboxCommand, OutboxItem, OutboxTopic } from "./outbox.js";
import type { OwnerStore } from "./owner-store.js";
import type { RetentionStore } from "./retention-store.js";
import type {
  CancelCommand,
  CancelVerdict,
  ClaimCommand,
  ClaimNoticesCommand,
  Held,
  ParkCommand,
  RecordIntentCommand,
  RecordOperationCommand,
  RecordProgressCommand,
  RecordResultCommand,
  SettleCommand,
  SubmissionRecord,
  SubmitCommand,
  SubmitVerdict,
  TimingCount,
  WorkerVerdict,
} from "./store-commands.js";
import type { ActiveList, ActiveQuery, ChangeList, GenerationList, ListQuery } from "./store-queries.js";
import type { WebhookStore } from "./webhook-store.js";

/**
 * The rows: one method per atomic command. A command either takes effect whole or not at all, whatever dies; its
 * conditions are decided inside the commit, and a refusal is a verdict, never an exception.
 *
 * A method throws `StoreUnavailable` when the database could not be reached or stayed busy; sending the same command
 * again (same ids, same tokens) is then always right, also when the first one did commit.
 */
export interface Store
  extends CreditsStore,
    EndedStore,
    InputStore,
    MediaKeyStore,
    OwnerStore,
    RetentionStore,
    WebhookStore {
  /** Names the database, equal for every store of a process that opens the same one. */
  readonly identity: string;
  /** Creates or upgrades the tables. Safe to call from several processes at once; does nothing when they are current. */
  migrate(): Promise<void>;
  /**
   * The secret that every process of this database shares: the first candidate ever given stays and is answered from
   * then on, whoever asks.
   */
  readSecret(candidate: string): Promise<string>;
  /**
   * Resolves if the schema fits and the database accepts writes. Tries a write if the last one was refused or is over a
   * minute old.
   */
  ping(): Promise<void>;
  /** Closes connections that are not in use, as a hint: later commands open others. */
  release(): void;
  /** Finishes what was begun and lets go of the database. Later calls of any method reject. */
  close(): Promise<void>;
  /**
   * Tells of commits by others: other processes, other stores of the same database. A hint; may be early or doubled.
   *
   * @returns a function that stops listening.
   */
  onForeignCommit(listener: () => void): () => void;
  /** Returns the clock jumps found since the last call. Absent if the store does not measure its clock. */
  takeClockJumps?(): Promise<readonly ClockJump[]>;
  /**
   * Whether claims may leave due rows alone, because this process has not compared its clock with those of others yet.
   * Absent if the store does not measure its clock.
   */
  holdsBackDue?(): Promise<boolean>;

  // For the owner ----------------------------------------------------------------------------------------------------

  /** Finds what an idempotency key was used for. `null`: it was not, or it has expired. */
  findSubmission(query: { readonly ownerId: string; readonly keyHash: string }): Promise<SubmissionRecord | null>;
  /** Takes the credits and writes the generation, or says why not. The new generation's id is the command's token. */
  submit(command: SubmitCommand): Promise<SubmitVerdict>;
  /** `null` when there is none, it is another owner's, or it was deleted. */
  get(query: { readonly ownerId: string; readonly id: string }): Promise<GenerationRecord | null>;
  /** What `Output.url` needs when no owner is known: the signature has decided already. */
  getOutput(query: { readonly id: string; readonly index: number }): Promise<OutputRecord | null>;
  /** As `getOutput`, for the newest preview of an active generation. */
  getPreview(query: { readonly id: string }): Promise<PreviewRecord | null>;
  listActive(query: ActiveQuery): Promise<ActiveList>;
  list(query: ListQuery): Promise<GenerationList>;
  /** How far each of these owners has come; owners who were never seen are left out. */
  sequencesOf(ownerIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** What changed after a sequence, oldest change first; the newest form of each. */
  changedAfter(query: {
    readonly ownerId: string;
    readonly sequence: number;
    readonly limit: number;
  }): Promise<ChangeList>;
  /** Ends what the provider has not seen, flags the rest. Asking again changes nothing. `null`: not the owner's. */
  requestCancel(command: CancelCommand): Promise<CancelVerdict | null>;
  /** Marks ended generations of the owner as seen; ignores every other id. */
  markSeen(command: { readonly ownerId: string; readonly ids: readonly string[] }): Promise<void>;
  /**
   * Leases ended generations of the owner that nobody was told of to one who will tell, newest end first where there are
   * too many. Reads first, and writes only when there is something to tell.
   */
  claimNotices(command: ClaimNoticesCommand): Promise<readonly GenerationRecord[]>;
  /** They were told under this claim. Confirming again changes nothing; a claim that was taken over confirms nothing. */
  confirmNotices(command: {
    readonly ownerId: string;
    readonly claim: string;
    readonly ids: readonly string[];
  }): Promise<void>;
  /** Takes the content away and keeps a tombstone; the bytes follow through the outbox. Removing again is `removed`. */
  remove(command: { readonly ownerId: string; readonly id: string }): Promise<"removed" | "not_terminal" | "not_found">;

  // For the worker ---------------------------------------------------------------------------------------------------

  /**
   * Takes due generations: raises their epoch and leases them. Reads first, and writes only when something is due.
   * A claimed `submitting` comes back as `reconciling`: whoever held it died in the middle of the paid request.
   */
  claim(command: ClaimCommand): Promise<readonly ClaimedGeneration[]>;
  /**
   * Milliseconds until `claim` or `claimOutbox` would find something; 0 when they would now; `null` when nothing is
   * active and nothing is left to do.
   */
  nextDueInMs(query: {
    readonly models: readonly string[];
    readonly topics: readonly OutboxTopic[];
  }): Promise<number | null>;
  /** Which models anything is of that has been due for so long, in order: nobody takes it. */
  waitingModels(query: { readonly forMs: number }): Promise<readonly string[]>;
  /** Extends a lease. False: it was lost, stop. */
  renew(command: Held & { readonly leaseMs: number }): Promise<boolean>;
  /** Before the paid request: the attempt and its token. */
  recordIntent(command: RecordIntentCommand): Promise<WorkerVerdict>;
  /**
   * While the paid request is on its way: how far a provider that blocks is. Visible to the owner; the lease stays. What a
   * preview replaces, and one that is refused, leaves its bytes to the outbox: each needs a key of its own.
   */
  recordProgress(command: RecordProgressCommand): Promise<WorkerVerdict>;
  /** After the paid request was accepted: the operation, before anything else. Gives the lease back. */
  recordOperation(command: RecordOperationCommand): Promise<WorkerVerdict>;
  /** The provider has finished; the lease stays. */
  recordResult(command: RecordResultCommand): Promise<WorkerVerdict>;
  /** Gives the lease back until later, in the same state or in `retry_wait` or `reconciling`. */
  park(command: ParkCommand): Promise<WorkerVerdict>;
  /** Ends a generation and resolves its debit. */
  settle(command: SettleCommand): Promise<WorkerVerdict>;
  /** How long generations of these models took. */
  readTimings(query: { readonly models: readonly string[] }): Promise<readonly TimingCount[]>;
  /** Adds to the counts. Not worth a repeat: sent twice, it counts twice. */
  addTimings(timings: readonly TimingCount[]): Promise<void>;
  /** Takes due work that commits left behind, of the topics and for the models that this worker knows. */
  claimOutbox(command: ClaimOutboxCommand): Promise<readonly OutboxItem[]>;
  /** Removes an item that was done. */
  confirmOutbox(command: { readonly id: number }): Promise<void>;
  /**
   * Removes overdue items that the caller cannot claim: jobs to cancel that are a day overdue, and announcements that are a
   * week overdue. Never removes items that delete bytes.
   *
   * @returns the topic of each removed item. If their number is the limit, there may be more.
   */
  dropUnclaimedOutbox(command: Omit<ClaimOutboxCommand, "leaseMs">): Promise<readonly string[]>;
}
