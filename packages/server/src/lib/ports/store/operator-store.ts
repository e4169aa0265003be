import type { AttemptState, GenerationRecord } from "../../generation/generation-record.js";
import type { GenerationState } from "../../generation/generation-state.js";
import type { AttemptFailure } from "../../generation/provider-failure.js";
import type { AnnouncementTarget } from "../announcer.js";
import type { VendorCost } from "../provider.js";
import type { AdjustCommand, LedgerRecord } from "./credits-store.js";
import type { DeliveryList } from "./delivery.js";
import type { GenerationSummary, OperatorOverview, VendorReading } from "./operator-counts.js";
import type { JobCancel } from "./outbox.js";
import type { SubmitCommand } from "./submit-commands.js";

/** The actions of operators that the store records. */
export type OperatorActionName =
  | "cancel"
  | "wake"
  | "end"
  | "refund"
  | "adjust"
  | "retry"
  | "delete"
  | "announce"
  | "deliver"
  | "drop"
  | "reveal"
  | "reveal_vendor_details"
  | "audit";

/** An action of an operator, recorded in the same commit as its effect. */
export interface OperatorAction {
  /** Name of the operator, as the host's `authorize` returned it. */
  readonly actor: string;
  readonly action: OperatorActionName;
  /** Id of the generation or the account; `*` for the whole database. An erasure replaces the id of its account. */
  readonly subject: string;
  readonly reason: string;
}

/** Begins the key of each adjustment and refund of an operator. */
export const operatorKey = "operator:";

/**
 * Begins the key of an operator's refund; the generation's id follows. No key of an adjustment begins with it, so an
 * adjustment cannot use up a refund.
 */
export const refundKey = `${operatorKey}refund:`;

/** Begins the key of an operator's adjustment; the key of the form follows. */
export const adjustKey = `${operatorKey}adjust:`;

/** The subject before and after an action. The fields depend on the action, and are for display. */
export type OperatorSnapshot = Readonly<Record<string, string | number | null>>;

export interface OperatorActionRecord extends OperatorAction {
  /** Rises with each action. */
  readonly position: number;
  /** Key of the bulk that this record is, or of which its effect is a part; `null` for a single action. */
  readonly bulk: string | null;
  readonly at: number;
  /** `unchanged`: the state of the subject, or the balance, did not allow the effect. */
  readonly outcome: "applied" | "unchanged";
  /** `null` if the action changes nothing, such as `reveal`. */
  readonly before: OperatorSnapshot | null;
  readonly after: OperatorSnapshot | null;
}

/** A search of operators, newest generation first. `null` of a filter: any value. */
export interface FindGenerationsQuery {
  readonly states: readonly GenerationState[] | null;
  /** Of active generations: whether a provider has accepted it. Ended ones match both. */
  readonly isStarted: boolean | null;
  /** Only generations past their deadline, reconciling, unclaimed for a minute, storing for five, or with three expired leases. */
  readonly isStuck: boolean;
  /** Only active generations that started longer ago than this, in milliseconds by model; none of other models. */
  readonly slowerThan: Readonly<Record<string, number>> | null;
  /** Any of these. The provider is that of the latest attempt. */
  readonly models: readonly string[] | null;
  readonly providerIds: readonly string[] | null;
  readonly failureCodes: readonly string[] | null;
  readonly ownerId: string | null;
  readonly accountId: string | null;
  /** Epoch milliseconds of the submit, `to` exclusive. */
  readonly from: number | null;
  readonly to: number | null;
  /** Id of the last generation of the previous page. */
  readonly before: string | null;
  readonly limit: number;
  /** Max rows that one search reads. */
  readonly scanLimit: number;
}

export interface FoundGenerations {
  readonly generations: readonly GenerationSummary[];
  /** `before` of the next page; `null` at the end. */
  readonly next: string | null;
  /** Whether the search ended at `scanLimit`: the next page continues it. */
  readonly isCut: boolean;
  /** The database's time. */
  readonly now: number;
}

/** An attempt as operators see it. */
export interface AttemptSummary {
  readonly number: number;
  readonly state: AttemptState;
  readonly providerId: string;
  /** The vendor's handle, as JSON text; `null` until it is accepted, and after the content was deleted. */
  readonly operation: string | null;
  readonly failure: AttemptFailure | null;
  readonly costs: readonly VendorCost[];
  readonly startedAt: number;
  readonly unknownAt: number | null;
  readonly endedAt: number | null;
  /** Of its job; see {@link JobCancel}. */
  readonly jobCancel: JobCancel | null;
}

/** All rows of one generation. */
export interface GenerationDetail {
  /** Also of a deleted generation, then without content. */
  readonly generation: GenerationRecord;
  readonly summary: GenerationSummary;
  readonly attempts: readonly AttemptSummary[];
  readonly entries: readonly LedgerRecord[];
  /** The latest 100, newest first. */
  readonly actions: readonly OperatorActionRecord[];
  readonly now: number;
}

/** A command with its record. `id`: the generation. */
export interface OperatorCommand {
  readonly action: OperatorAction;
  readonly id: string;
  readonly announceTo: readonly AnnouncementTarget[];
  /** Key of the bulk, once for each of its generations: a repeat returns the first record, and changes nothing. */
  readonly bulk?: string | undefined;
}

/** One action on a fixed list of generations. The progress is the number of records of its effects. */
export interface OperatorBulk {
  readonly record: OperatorActionRecord;
  /** Number of generations. */
  readonly total: number;
  readonly applied: number;
  readonly unchanged: number;
  /** The next generations without a record, up to the limit. */
  readonly left: readonly string[];
}

/** Filters of the list of all actions. `null`: any value. */
export interface ActionFilter {
  readonly action: OperatorActionName | null;
  readonly actor: string | null;
  /** Of a generation that this owner has now, or of the account with this id. */
  readonly ownerId: string | null;
  /** The lowest position that is read. */
  readonly fromPosition: number | null;
}

/** The filter that all actions match. */
export const anyAction: ActionFilter = { action: null, actor: null, ownerId: null, fromPosition: null };

/** A page of the actions on one subject, or of those of all subjects that match the filters. */
export type ListActionsQuery = {
  /** Position of the last action of the previous page; `null` for the first page. */
  readonly before: number | null;
  readonly limit: number;
} & ({ readonly subject: string } | ({ readonly subject: null } & ActionFilter));

/** Reads of operators: any owner's rows, each read up to a limit. */
export interface OperatorReads {
  findGenerations(query: FindGenerationsQuery): Promise<FoundGenerations>;
  /** `null` if no row has this id. */
  getDetail(query: { readonly id: string }): Promise<GenerationDetail | null>;
  /**
   * Counts active generations by state and model, and by owner, and those submitted since `from` by interval and end. Each
   * counts at most `scanLimit` rows: the longest due ones, and the newest ones. Lists the stuck and the slow active ones that it
   * counts.
   */
  readOverview(query: {
    readonly from: number;
    readonly intervalMs: number;
    readonly scanLimit: number;
    /** Max length of each list. @default 0 */
    readonly listLimit?: number;
    /** As in a search. @default none is slow */
    readonly slowerThan?: Readonly<Record<string, number>>;
  }): Promise<OperatorOverview>;
  /** The models with an active generation, in any order. */
  activeModels(): Promise<readonly string[]>;
  /** Counts the attempts of the newest `scanLimit` generations that were submitted since `from`, in epoch milliseconds. */
  readVendors(query: { readonly from: number; readonly scanLimit: number }): Promise<VendorReading>;
  /** Reads the first `scanLimit` items of the outbox, and returns at most `limit` announcements of them. */
  listDeliveries(query: { readonly limit: number; readonly scanLimit: number }): Promise<DeliveryList>;
  /** Newest first. */
  listOperatorActions(query: ListActionsQuery): Promise<readonly OperatorActionRecord[]>;
  /**
   * The applied actions that can have moved credits of these generations (cancel, end, refund, retry), and the adjustments that
   * wrote these entries of the account, of its latest 10,000 actions. In any order.
   *
   * @param query the ids of one page of the account's ledger.
   */
  listCreditActions(query: {
    readonly generationIds: readonly string[];
    readonly accountId: string;
    readonly entryIds: readonly number[];
  }): Promise<readonly OperatorActionRecord[]>;
  /** `null` if no bulk has this key. `limit`: max length of `left`. */
  readBulk(query: { readonly key: string; readonly limit: number }): Promise<OperatorBulk | null>;
}

/** The part of the store for operators. */
export interface OperatorStore extends OperatorReads {
  /** Records an action without an effect on rows. */
  recordOperatorAction(action: OperatorAction): Promise<OperatorActionRecord>;
  /**
   * Records a bulk before its effects, with the list of its generations. Returns the first record of the key.
   *
   * @param bulk.key unique, without a colon.
   */
  startBulk(bulk: {
    readonly action: OperatorAction;
    readonly key: string;
    readonly ids: readonly string[];
  }): Promise<OperatorActionRecord>;
  /** As `requestCancel` of the owner. */
  cancelByOperator(command: OperatorCommand & { readonly ownerId: string }): Promise<OperatorActionRecord>;
  /** Makes a generation due that no worker holds. `applied` also if it is due already: its wake may be lost. */
  wakeByOperator(command: Omit<OperatorCommand, "announceTo">): Promise<OperatorActionRecord>;
  /**
   * Ends an active generation as failed, with a refund, even if a worker holds it. `unchanged` if it is storing: its result
   * is paid.
   */
  endByOperator(
    command: OperatorCommand & { readonly refund: { readonly credits: number; readonly reason: string } },
  ): Promise<OperatorActionRecord>;
  /**
   * As `adjust`. `unchanged` if the key was used, or the balance does not allow it. A `refund` is applied once for each
   * subject, under any key and on any account. The record of an account that was erased before it has the subject `*`.
   * `refundOf`: id of the generation that is refunded; also `unchanged` if another account receives its refunds by now.
   * Both snapshots have the `balance`, and the id of the ledger `entry` of the key, `null` before it is written.
   */
  adjustByOperator(
    command: AdjustCommand & { readonly action: OperatorAction; readonly refundOf?: string },
  ): Promise<OperatorActionRecord>;
  /**
   * Submits a generation from the row of another one, once for each token. `unchanged` if the balance is too low, or the owner
   * or the account does not exist any more.
   */
  retryByOperator(
    command: SubmitCommand & { readonly action: OperatorAction; readonly token: string },
  ): Promise<OperatorActionRecord>;
  /** As `remove` of the owner. `unchanged` also if it was deleted before, or belongs to another owner by now. */
  removeByOperator(
    command: Omit<OperatorCommand, "announceTo" | "bulk"> & { readonly ownerId: string },
  ): Promise<OperatorActionRecord>;
  /** Adds the announcements of an end again, with the same keys. `unchanged` if the generation has not ended. */
  announceByOperator(command: Omit<OperatorCommand, "bulk">): Promise<OperatorActionRecord>;
  /**
   * Makes an announcement due now (`deliver`), or deletes it (`drop`). `unchanged` if its target has accepted it. The subject of
   * the record is its generation; `*` if there is none.
   */
  changeDelivery(command: {
    readonly action: OperatorAction & { readonly action: "deliver" | "drop" };
    /** Of the {@link DeliveryList}. */
    readonly id: number;
  }): Promise<OperatorActionRecord>;
}
