/** Integers are text in decimal digits. */
export type CopiedValue = string | number | null;

/** Values in the order of the table's columns. */
export type CopiedRow = readonly CopiedValue[];

/** How a column is transferred. Integers are text on the way: a JavaScript number would round the largest ones. */
export type ColumnKind = "text" | "integer" | "real";

/** A table that both databases have, by its name without the prefix. */
export interface CopiedTable {
  readonly name: string;
  /** The columns of the primary key, in its order. */
  readonly key: readonly string[];
  /** All columns but the derived ones. The first ones are those of the key. */
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** Text columns that only Postgres stores, and their values. */
  readonly derived: Readonly<Record<string, (row: CopiedRow) => string | null>>;
  /**
   * Unique columns besides the key. A stale row of the target may hold a value that a copied row needs, so it is deleted
   * first.
   */
  readonly uniques: readonly (readonly string[])[];
  /** Whether the key comes from a sequence. */
  readonly hasSequence: boolean;
}

/**
 * All tables except `migrations` and `function_sets`, which describe their own database, in the order of the copy. A test
 * compares the columns with the migrations of both databases.
 */
export const copiedTables: readonly CopiedTable[] = [
  define({ name: "settings", key: "name", text: "name value" }),
  define({
    name: "owners",
    key: "id",
    text: "id",
    integer: "sequence log_start touched_at created_at turn_at",
    real: "rate_tat refund_tat",
  }),
  define({ name: "accounts", key: "id", text: "id command_token", integer: "balance initial shared created_at" }),
  define({
    name: "generations",
    key: "id",
    text: `id owner_id account_id refund_account_id model kind scope state command_token owner_token claim_token
      storage_prefix progress_source preview_key preview_content_type failure_code refunds retry_of group_id notice_claim
      metadata input parsed_input gate hold team_id`,
    integer: `version sequence epoch due_at leased woken expired_leases attempts max_attempts deadline_at
      requested_outputs queue_position progress_at credits refunded_credits drop_on_cancel created_at not_before
      expires_at started_deadline_at touched_at started_at finished_at seen_at noticed_at notice_until expected_at
      cancel_requested_at deleted_at rank team_sequence turn`,
    real: "progress refund_interval_ms",
  }),
  define({
    name: "attempts",
    key: "generation_id number",
    text: "generation_id state token provider_id operation operation_hint outputs failure costs stored_outputs gate job_cancel",
    integer: "number started_at unknown_at ended_at",
    uniques: ["token"],
  }),
  define({
    name: "outputs",
    key: "generation_id index",
    text: "generation_id kind storage_key content_type sha256 placeholder thumbnail provenance flags",
    integer: "index byte_length width height duration_ms",
  }),
  define({
    name: "deleted_outputs",
    key: "generation_id index",
    text: "generation_id sha256",
    integer: "index",
  }),
  define({
    name: "ledger_entries",
    key: "id",
    text: "account_id generation_id kind reason key key_hash",
    integer: "id amount initial resolves_entry_id created_at",
    // A debit and a resolution are unique for each generation, too. No row in the target conflicts with a copied one: an
    // entry never changes its generation, and an id is never assigned again.
    uniques: ["resolves_entry_id", "account_id key"],
    hasSequence: true,
  }),
  define({ name: "erased_entry_keys", key: "key_hash", text: "key_hash kind", integer: "amount expires_at" }),
  define({
    name: "submissions",
    key: "owner_id key_hash",
    text: "owner_id key_hash fingerprint generation_id",
    integer: "expires_at",
  }),
  define({
    name: "webhook_deliveries",
    key: "generation_id attempt delivery_id",
    text: "generation_id delivery_id token",
    integer: "attempt received_at",
  }),
  define({ name: "gates", key: "key", text: "key command_token", integer: "closed_until", real: "rate_tat" }),
  define({
    name: "timings",
    key: "model provider_id size bucket",
    text: "model provider_id",
    integer: "size bucket count",
  }),
  define({
    name: "outbox",
    key: "id",
    text: "topic payload token error hold_key gate capacity_token",
    integer: "id tries due_at created_at capacity_until",
    uniques: ["hold_key"],
    derived: { generation_id: (row) => canceledJob(row).generationId, model: (row) => canceledJob(row).model },
    hasSequence: true,
  }),
  define({
    name: "inputs",
    key: "id",
    text: "id owner_id storage_key content_type sha256",
    integer: "byte_length width height duration_ms created_at used_at",
  }),
  define({
    name: "erased_owners",
    key: "position",
    text: "owner_mark",
    integer: "position expires_at",
    uniques: ["owner_mark"],
    hasSequence: true,
  }),
  define({
    name: "operator_actions",
    key: "position",
    text: "id actor action subject reason outcome state_before state_after bulk_ids",
    integer: "position created_at",
    uniques: ["id"],
    hasSequence: true,
  }),
];

/** Rows of `settings` that belong to one database: they are neither copied nor compared. */
export const localSettings = { freeze: "frozen", trial: "write_trial", page: "copied_page" } as const;

/**
 * Names of the settings that may change in a frozen database, as a list of SQL: the freeze itself and, during the copy, the
 * value by which `/health` tries a write. A server that serves reads stays ready.
 */
export function exemptSettings(phase: "copying" | "moved"): string {
  const { freeze, trial } = localSettings;
  return phase === "copying" ? `'${freeze}', '${trial}'` : `'${freeze}'`;
}

/** A condition on the rows of a table that are copied. */
export function copiedRowsOf({ name }: CopiedTable): string {
  const names = Object.values(localSettings).map((setting) => `'${setting}'`);
  return name === "settings" ? `name NOT IN (${names.join(", ")})` : "true";
}

/** Names of columns are separated by spaces. */
interface Definition {
  readonly name: string;
  readonly key: string;
  readonly text: string;
  readonly integer?: string;
  readonly real?: string;
  readonly uniques?: readonly string[];
  readonly hasSequence?: boolean;
  readonly derived?: CopiedTable["derived"];
}

function define(definition: Definition): CopiedTable {
  const { derived = {}, hasSequence = false, integer = "", name, real = "", text, uniques = [] } = definition;
  const kindOf = (columns: string, kind: ColumnKind) => Object.fromEntries(words(columns).map((each) => [each, kind]));
  const kinds = { ...kindOf(text, "text"), ...kindOf(integer, "integer"), ...kindOf(real, "real") };
  const key = words(definition.key);
  const keyKinds = Object.fromEntries(key.map((column) => [column, kinds[column] ?? "text"]));
  return { name, key, columns: { ...keyKinds, ...kinds }, derived, uniques: uniques.map(words), hasSequence };
}

function words(list: string): string[] {
  return list.split(/\s+/).filter((word) => word !== "");
}

/** The generation and the model of a job to cancel. Without them, a damaged payload is dropped after a day. */
function canceledJob([, topic, payload]: CopiedRow): Readonly<Record<"generationId" | "model", string | null>> {
  if (topic !== "cancel_job") return { generationId: null, model: null };
  const { generationId = "", model = "" } = parseObject(String(payload));
  return { generationId: String(generationId), model: String(model) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    // The cast is safe: any object may be read by name.
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
