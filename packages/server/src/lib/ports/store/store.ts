import type {
  ClaimedGeneration,
  GenerationRecord,
  OutputRecord,
  PreviewRecord,
} from "../../generation/generation-record.js";
import type { Allowance, AllowanceQuery } from "./allowance.js";
import type { AttemptHistory } from "./attempt-history.js";
import type { CreditsStore } from "./credits-store.js";
import type { EndedStore } from "./ended-store.js";
import type { CloseGateCommand, GateLimit, ReserveStartCommand } from "./gate-limit.js";
import type { HoldStore } from "./hold-store.js";
import type { InputStore } from "./input-store.js";
import type { MediaKeyStore } from "./media-key-store.js";
import type { OperatorStore } from "./operator-store.js";
import type { ClaimOutboxCommand, FailOutboxCommand, JobCancel, OutboxItem, OutboxTopic } from "./outbox.js";
import type { OwnerStore } from "./owner-store.js";
import type { QueueStore } from "./queue-reading.js";
import type { RetentionStore } from "./retention-store.js";
import type {
  CancelCommand,
  CancelVerdict,
  ClaimCommand,
  ClaimNoticesCommand,
  DueReading,
  Held,
  ListDueQuery,
  ParkCommand,
  RecordIntentCommand,
  RecordOperationCommand,
  RecordProgressCommand,
  RecordResultCommand,
  RemoveVerdict,
  SettleCommand,
  WorkerVerdict,
} from "./store-commands.js";
import type {
  ActiveList,
  ActiveQuery,
  ChangeList,
  GenerationList,
  GroupList,
  ListQuery,
  OwnerSequences,
} from "./store-queries.js";
import type {
  CheckSubmitQuery,
  SubmissionRecord,
  SubmitCommand,
  SubmitManyCommand,
  SubmitManyVerdict,
  SubmitRefusal,
  SubmitVerdict,
} from "./submit-commands.js";
import type { TimingCount } from "./timing-counts.js";
import type { WebhookStore } from "./webhook-store.js";

/**
 * Persistence of all rows, with one method per atomic command. A command commits as a whole or not at all, even after a
 * crash. Its conditions are checked inside the commit, and a refusal is a verdict, never an exception.
 *
 * A method throws `StoreUnavailable` if the database was unreachable or stayed busy. Sending the same command again
 * (same ids, same tokens) is then always safe, even if the first one did commit.
 */
export interface Store
  extends CreditsStore,
    EndedStore,
    HoldStore,
    InputStore,
    MediaKeyStore,
    OperatorStore,
    OwnerStore,
    QueueStore,
    RetentionStore,
    WebhookStore {
  /** Identifies the database: equal for all stores of a process that open the same one. */
  readonly identity: string;
  /**
   * Runs the host's statements on its own table of balances, in the commits of submits and ends. Call it before the first
   * command. Absent if the store cannot run them.
   *
   * @param statements with the parameters `:accountId`, `:credits` and `:key`. `take` changes no row if the balance is too low.
   */
  useHostBalances?(statements: { readonly take: string; readonly give: string }): void;
  /** Creates or upgrades the tables. Safe to call from several processes at once; does nothing if they are current. */
  migrate(): Promise<void>;
  /**
   * Returns the secret that all processes of this database share. The first call stores its candidate; every later call
   * returns that one.
   */
  readSecret(candidate: string): Promise<string>;
  /**
   * Starts another timeline, after a backup was restored: every watcher then loads everything again. A timeline is an
   * opaque id that the migration creates with the database. Sequences of different timelines cannot be compared.
   * Positions of later erasures are above all that a process read before the restore.
   *
   * @returns the new timeline.
   */
  startTimeline(): Promise<string>;
  /**
   * Resolves if the schema fits and the database accepts writes. Tries a write if the last one was refused, or if none
   * succeeded for a minute.
   */
  ping(): Promise<void>;
  /** Closes idle connections, as a hint: later commands open new ones. */
  release(): void;
  /** Finishes pending commands and closes the database. Later calls of any method reject. */
  close(): Promise<void>;
  /**
   * Subscribes to commits by other processes and other stores of the same database. A hint may be early or duplicated.
   *
   * @returns a function that unsubscribes.
   */
  onForeignCommit(listener: () => void): () => void;
  /** Returns the clock jumps found since the last call. Absent if the store does not measure its clock. */
  takeClockJumps?(): Promise<readonly ClockJump[]>;
  /**
   * Whether claims may skip due rows, because this process has not compared its clock with those of others yet. Absent
   * if the store does not measure its clock.
   */
  holdsBackDue?(): Promise<boolean>;

  // For the owner:

  /** Finds the submission of an idempotency key. `null` if the key is unused or has expired. */
  findSubmission(query: { readonly ownerId: string; readonly keyHash: string }): Promise<SubmissionRecord | null>;
  /** Debits the credits, or uses their hold, and inserts the generation; or returns the refusal. The command's id makes it idempotent. */
  submit(command: SubmitCommand): Promise<SubmitVerdict>;
  /**
   * Debits the credits and inserts all generations of a group, or returns the refusal and writes none. Each counts toward
   * the rate and the cap.
   */
  submitMany(command: SubmitManyCommand): Promise<SubmitManyVerdict>;
  /** A read: whether a limit or the balance would refuse a submit now. `null` if none does; the commit decides. */
  checkSubmit(query: CheckSubmitQuery): Promise<SubmitRefusal | null>;
  /** Reads the balance and the use of the limits. An owner without a row has used up nothing. */
  readAllowance(query: AllowanceQuery): Promise<Allowance>;
  /** `null` if it does not exist, belongs to another owner, or was deleted. */
  get(query: { readonly ownerId: string; readonly id: string }): Promise<GenerationRecord | null>;
  /** The attempts of an owner's generation; empty if it does not exist, belongs to another owner, or was deleted. */
  readAttempts(query: { readonly ownerId: string; readonly id: string }): Promise<AttemptHistory>;
  /** Reads an output for `Output.url` without an owner: the signature of the URL authorizes the request. */
  getOutput(query: { readonly id: string; readonly index: number }): Promise<OutputRecord | null>;
  /** As `getOutput`, for the latest preview of an active generation. */
  getPreview(query: { readonly id: string }): Promise<PreviewRecord | null>;
  listActive(query: ActiveQuery): Promise<ActiveList>;
  list(query: ListQuery): Promise<GenerationList>;
  /** Empty if the group does not exist, or belongs to another owner. */
  listGroup(query: { readonly ownerId: string; readonly groupId: string }): Promise<GroupList>;
  /** Current sequence of each owner, and the timeline. */
  sequencesOf(ownerIds: readonly string[]): Promise<OwnerSequences>;
  /** Generations that changed after a sequence, oldest change first, each in its current state. */
  changedAfter(query: {
    readonly ownerId: string;
    readonly sequence: number;
    readonly limit: number;
  }): Promise<ChangeList>;
  /**
   * Cancels a generation that no provider has received; flags any other for its worker. Idempotent. `null` if it does
   * not exist, belongs to another owner, or was deleted.
   */
  requestCancel(command: CancelCommand): Promise<CancelVerdict | null>;
  /** Marks ended generations of the owner as seen; ignores every other id. */
  markSeen(command: { readonly ownerId: string; readonly ids: readonly string[] }): Promise<void>;
  /**
   * Leases ended generations of the owner whose notice was not shown yet to one claimant, newest end first if there are too
   * many. Reads first, and writes only if there is one to show.
   */
  claimNotices(command: ClaimNoticesCommand): Promise<readonly GenerationRecord[]>;
  /** Marks the notices of this claim's generations as shown. Idempotent; a claim that was taken over confirms nothing. */
  confirmNotices(command: {
    readonly ownerId: string;
    readonly claim: string;
    readonly ids: readonly string[];
  }): Promise<void>;
  /** Deletes the content and keeps a tombstone; the outbox deletes the bytes. A repeat returns `removed`. */
  remove(command: { readonly ownerId: string; readonly id: string }): Promise<RemoveVerdict>;

  // For the worker:

  /**
   * Claims due generations: raises their epoch and leases them. Reads first, and writes only if one is due. A
   * `submitting` generation is returned as `reconciling`: its previous worker crashed during the paid request.
   */
  claim(command: ClaimCommand): Promise<readonly ClaimedGeneration[]>;
  /**
   * Milliseconds until `claim` or `claimOutbox` finds work; 0 if there is some now; `null` if no generation is active
   * and the outbox has no item for this worker.
   */
  nextDueInMs(query: {
    readonly models: readonly string[];
    readonly topics: readonly OutboxTopic[];
    /** As in `ClaimCommand`: generations at a gate without capacity are due when it opens. */
    readonly limits?: readonly GateLimit[];
  }): Promise<number | null>;
  /** When a generation is due. `null` if it has ended or does not exist. */
  readDue(query: { readonly id: string }): Promise<DueReading | null>;
  /**
   * Ids of generations that a worker of these models could have claimed for at least `forMs`, the longest due first. Also
   * those whose due time only a wrong clock explains.
   */
  listDue(query: ListDueQuery): Promise<readonly string[]>;
  /**
   * Models, in order, with generations that have been due for at least `forMs` while no worker holds or polls another
   * generation of the model: perhaps no worker has these models. A generation that waits at a gate counts if the gate has
   * capacity. A gate without a known limit has capacity if it is open and none of its attempts is in flight.
   */
  unservedModels(query: {
    readonly forMs: number;
    /** As in `ClaimCommand`. */
    readonly limits?: readonly GateLimit[];
  }): Promise<readonly string[]>;
  /** Extends a lease. False: the lease was lost; stop working. */
  renew(command: Held & { readonly leaseMs: number }): Promise<boolean>;
  /** Records the attempt and its token. Call it before the paid request. */
  recordIntent(command: RecordIntentCommand): Promise<WorkerVerdict>;
  /**
   * Records progress of a blocking provider during the paid request. Visible to the owner; the lease stays. The outbox
   * deletes the bytes of a replaced or refused preview, so each preview needs its own key.
   */
  recordProgress(command: RecordProgressCommand): Promise<WorkerVerdict>;
  /** Records the operation after the vendor accepted the paid request, before any other step. Releases the lease. */
  recordOperation(command: RecordOperationCommand): Promise<WorkerVerdict>;
  /** Records that the provider has finished; the lease stays. */
  recordResult(command: RecordResultCommand): Promise<WorkerVerdict>;
  /** Releases the lease until later, in the same state or in `retry_wait` or `reconciling`. */
  park(command: ParkCommand): Promise<WorkerVerdict>;
  /**
   * Counts a start at the rate of a gate, whether or not the gate is closed. A repeat may count twice.
   *
   * @returns 0 if it was counted; otherwise the milliseconds until a start is free, and nothing was counted.
   */
  reserveStart(command: ReserveStartCommand): Promise<number>;
  /** Closes a gate, because its vendor refuses requests for a time. Attempts in flight continue. */
  closeGate(command: CloseGateCommand): Promise<void>;
  /** Ends a generation and resolves its debit. */
  settle(command: SettleCommand): Promise<WorkerVerdict>;
  /** Durations of earlier generations of these models. */
  readTimings(query: { readonly models: readonly string[] }): Promise<readonly TimingCount[]>;
  /** Adds to the counts. Do not retry it: a repeat counts twice. */
  addTimings(timings: readonly TimingCount[]): Promise<void>;
  /** Stores what is known of the cancel of an attempt's job, for operators. A final result stays: canceled, too late, absent. */
  recordJobCancel(command: {
    readonly generationId: string;
    readonly attempt: number;
    readonly result: JobCancel;
  }): Promise<void>;
  /** Claims due outbox items of the topics and models of this worker. */
  claimOutbox(command: ClaimOutboxCommand): Promise<readonly OutboxItem[]>;
  /** Deletes a finished item. */
  confirmOutbox(command: { readonly id: number }): Promise<void>;
  /** Stores why an item failed, and when it is due again, unless another worker has claimed it since. */
  failOutbox(command: FailOutboxCommand): Promise<void>;
  /**
   * Removes overdue items that the caller cannot claim: jobs to cancel that are a day overdue, and announcements that
   * are a week overdue. Never removes items that delete bytes or resolve holds.
   *
   * @returns the topic of each removed item. If their number equals the limit, there may be more.
   */
  dropUnclaimedOutbox(command: Omit<ClaimOutboxCommand, "leaseMs">): Promise<readonly string[]>;
}

/** An error in the database's time as this process reads it. */
export interface ClockJump {
  /** `jumped`: it moved further than time did, or back. `ahead`: it is ahead of the clock of another process. */
  readonly reason: "jumped" | "ahead";
  /** Size in milliseconds; negative for a jump back. */
  readonly byMs: number;
  /** Correction in effect from now on, in milliseconds. */
  readonly aheadMs: number;
}
