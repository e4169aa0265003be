import type { Migration } from "../../schema/next-migration.js";
import { erasedOwnersTable } from "./erased-owners-table.js";
import { abandonedCapacity, fairQueue, queueIndexes, waitingOwners, waitingTurns } from "./fair-queue.js";
import { groups } from "./groups.js";
import { holds, outboxErrors } from "./holds.js";
import { inputDurations } from "./input-durations.js";
import { jobCancels, operatorActionsTable, operatorBulksAndFiles } from "./operator-actions-table.js";
import { deletedOutputs, provenanceColumns } from "./provenance-columns.js";
import { startTimes } from "./start-times.js";
import { teams, unseenByTeams } from "./teams.js";

/**
 * The schema in SQL, in order. `@name` stands for a table or an index, with its schema and prefix; a migration's hash is that
 * of this text. Times are epoch milliseconds of the database's clock. JSON is text: `jsonb` refuses `\u0000`, lone surrogates
 * and deep nesting, which vendors may send. Keys compare by their bytes.
 */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    name: "initial",
    needs: 1,
    statements: [
      `CREATE TABLE @settings (
        name text COLLATE "C" PRIMARY KEY,
        value text NOT NULL
      )`,
      // Encrypts ledger entry ids. Plain ids would reveal the number of entries of the whole service.
      `INSERT INTO @settings (name, value) VALUES
        ('entry_key', replace(gen_random_uuid()::text, '-', '')),
        ('timeline', replace(gen_random_uuid()::text, '-', ''))`,
      // The functions of each release that used this database: those of unused releases are dropped.
      `CREATE TABLE @function_sets (
        id text COLLATE "C" PRIMARY KEY,
        migration bigint NOT NULL,
        functions text[] NOT NULL,
        used_at bigint NOT NULL
      )`,
      // `shared`: another owner has paid from it. Never reset: a generation may change its owner, and a payer may be deleted.
      // `initial`: the unspent rest of the initial grant, which is spent first and never leaves the account.
      `CREATE TABLE @accounts (
        id text COLLATE "C" PRIMARY KEY,
        balance bigint NOT NULL CHECK (balance BETWEEN 0 AND 9007199254740991),
        initial bigint NOT NULL CHECK (initial BETWEEN 0 AND balance),
        shared smallint NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)),
        command_token text,
        created_at bigint NOT NULL
      ) WITH (fillfactor = 80)`,
      // A transfer leaves no trace in the log of the old owner, so it moves `log_start` to the new sequence.
      // The two `_tat` are GCRA's arrival times of submits and refunds: an owner could delete rows that are counted.
      `CREATE TABLE @owners (
        id text COLLATE "C" PRIMARY KEY,
        sequence bigint NOT NULL,
        log_start bigint NOT NULL,
        rate_tat double precision NOT NULL,
        refund_tat double precision NOT NULL,
        touched_at bigint NOT NULL,
        created_at bigint NOT NULL
      ) WITH (fillfactor = 80)`,
      `CREATE TABLE @generations (
        id text COLLATE "C" PRIMARY KEY,
        owner_id text COLLATE "C" NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        refund_account_id text COLLATE "C",
        model text COLLATE "C" NOT NULL,
        kind text NOT NULL,
        scope text COLLATE "C",
        state text NOT NULL CHECK (state IN (
          'queued', 'submitting', 'running', 'storing', 'retry_wait', 'reconciling', 'completed', 'failed', 'canceled'
        )),
        version bigint NOT NULL,
        sequence bigint NOT NULL,
        epoch bigint NOT NULL,
        command_token text NOT NULL,
        owner_token text,
        claim_token text,
        due_at bigint,
        leased smallint NOT NULL CHECK (leased IN (0, 1)),
        woken smallint NOT NULL CHECK (woken IN (0, 1)),
        expired_leases bigint NOT NULL,
        attempts bigint NOT NULL,
        max_attempts bigint NOT NULL,
        deadline_at bigint NOT NULL,
        requested_outputs bigint NOT NULL CHECK (requested_outputs >= 1),
        storage_prefix text NOT NULL,
        progress double precision CHECK (progress BETWEEN 0 AND 1),
        progress_source text NOT NULL CHECK (progress_source IN ('provider', 'estimate', 'none')),
        queue_position bigint,
        progress_at bigint,
        preview_key text,
        preview_content_type text,
        failure_code text,
        credits bigint NOT NULL CHECK (credits >= 0),
        refunded_credits bigint NOT NULL CHECK (refunded_credits BETWEEN 0 AND credits),
        drop_on_cancel smallint NOT NULL CHECK (drop_on_cancel IN (0, 1)),
        refunds text,
        refund_interval_ms double precision,
        retry_of text,
        created_at bigint NOT NULL,
        touched_at bigint NOT NULL,
        started_at bigint,
        finished_at bigint,
        seen_at bigint,
        noticed_at bigint,
        notice_claim text,
        notice_until bigint,
        expected_at bigint,
        cancel_requested_at bigint,
        deleted_at bigint,
        metadata text,
        input text,
        parsed_input text,
        CHECK ((finished_at IS NOT NULL) = (state IN ('completed', 'failed', 'canceled'))),
        CHECK ((due_at IS NULL) = (finished_at IS NOT NULL)),
        CHECK ((failure_code IS NOT NULL) = (state = 'failed'))
      ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01)`,
      `CREATE INDEX @generations_due ON @generations (due_at) WHERE due_at IS NOT NULL`,
      // Next due time of a model.
      `CREATE INDEX @generations_model_due ON @generations (model, due_at) WHERE due_at IS NOT NULL`,
      // Active generations of one owner.
      `CREATE INDEX @generations_active ON @generations (owner_id, id) WHERE finished_at IS NULL`,
      // Unseen generations of one owner, also of one scope.
      `CREATE INDEX @generations_unseen ON @generations (owner_id, finished_at, scope)
        WHERE finished_at IS NOT NULL AND seen_at IS NULL AND deleted_at IS NULL`,
      // History of one owner, also of one model or scope.
      `CREATE INDEX @generations_history ON @generations (owner_id, id, model, scope) WHERE deleted_at IS NULL`,
      // History of one owner by terminal state.
      `CREATE INDEX @generations_history_of_state ON @generations (owner_id, state, id, model, scope)
        WHERE finished_at IS NOT NULL AND deleted_at IS NULL`,
      // Event log of one owner.
      `CREATE INDEX @generations_sequence ON @generations (owner_id, sequence)`,
      // Possible refunds to an account. The predicate has a spelling of its own, which only its query repeats:
      // otherwise the planner takes this index for the active generations of an owner, at a multiple of the cost.
      `CREATE INDEX @generations_account ON @generations (account_id) WHERE coalesce(finished_at, 0) = 0`,
      // Ended ones, too: an erasure replaces the account in them.
      `CREATE INDEX @generations_refund_account ON @generations (refund_account_id)
        WHERE refund_account_id IS NOT NULL`,
      // Oldest end first, over all owners.
      `CREATE INDEX @generations_ended ON @generations (finished_at)
        WHERE finished_at IS NOT NULL AND deleted_at IS NULL`,

      // `costs`: JSON list of what the vendor charges the host for the attempt: an amount in each of its units.
      // `stored_outputs`: JSON of outputs that are stored already while others are not available yet.
      `CREATE TABLE @attempts (
        generation_id text COLLATE "C" NOT NULL,
        number bigint NOT NULL,
        state text NOT NULL CHECK (state IN (
          'intent', 'unknown', 'accepted', 'rejected', 'failed', 'done', 'canceled'
        )),
        token text COLLATE "C" NOT NULL UNIQUE,
        provider_id text COLLATE "C" NOT NULL,
        operation text,
        operation_hint text,
        outputs text,
        failure text,
        started_at bigint NOT NULL,
        unknown_at bigint,
        ended_at bigint,
        costs text CHECK (costs LIKE '[%'),
        stored_outputs text,
        PRIMARY KEY (generation_id, number)
      )`,

      // `thumbnail`: JSON.
      `CREATE TABLE @outputs (
        generation_id text COLLATE "C" NOT NULL,
        "index" bigint NOT NULL,
        kind text NOT NULL,
        storage_key text COLLATE "C" NOT NULL,
        content_type text NOT NULL,
        byte_length bigint NOT NULL CHECK (byte_length > 0),
        sha256 text NOT NULL,
        width bigint,
        height bigint,
        duration_ms bigint,
        placeholder text,
        thumbnail text,
        PRIMARY KEY (generation_id, "index")
      )`,
      // Append-only. A capture or refund names the debit that it resolves, and a debit is resolved once. `initial`:
      // part of the amount from the initial grant. `key_hash`: hash of account and key, for entries of the host.
      // `role`: a generation has one debit and one resolution, in a form that a partitioned table can have, too.
      `CREATE TABLE @ledger_entries (
        id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
        account_id text COLLATE "C" NOT NULL,
        generation_id text COLLATE "C",
        kind text NOT NULL CHECK (kind IN ('grant', 'debit', 'capture', 'refund', 'adjustment')),
        role text GENERATED ALWAYS AS (CASE
          WHEN kind = 'debit' THEN 'debit' WHEN kind IN ('capture', 'refund') THEN 'resolution'
        END) STORED,
        amount bigint NOT NULL,
        initial bigint NOT NULL DEFAULT 0 CHECK (initial BETWEEN least(amount, 0) AND greatest(amount, 0)),
        resolves_entry_id bigint UNIQUE,
        reason text,
        key text COLLATE "C" NOT NULL,
        key_hash text,
        created_at bigint NOT NULL,
        UNIQUE (account_id, key),
        UNIQUE (generation_id, role),
        CHECK ((resolves_entry_id IS NOT NULL) = (kind IN ('capture', 'refund'))),
        CHECK ((generation_id IS NOT NULL) = (kind IN ('debit', 'capture', 'refund'))),
        CHECK (CASE kind
          WHEN 'grant' THEN amount > 0
          WHEN 'debit' THEN amount <= 0
          WHEN 'adjustment' THEN amount <> 0
          ELSE amount >= 0
        END)
      )`,
      `CREATE INDEX @ledger_entries_account ON @ledger_entries (account_id, id)`,
      // Host entries of erased accounts, by `key_hash`: a late repeat moves no credits.
      `CREATE TABLE @erased_entry_keys (
        key_hash text COLLATE "C" PRIMARY KEY,
        kind text NOT NULL,
        amount bigint NOT NULL,
        expires_at bigint NOT NULL
      )`,
      `CREATE INDEX @erased_entry_keys_expiry ON @erased_entry_keys (expires_at)`,
      `CREATE TABLE @submissions (
        owner_id text COLLATE "C" NOT NULL,
        key_hash text COLLATE "C" NOT NULL,
        fingerprint text NOT NULL,
        generation_id text COLLATE "C" NOT NULL,
        expires_at bigint NOT NULL,
        PRIMARY KEY (owner_id, key_hash)
      ) WITH (autovacuum_vacuum_scale_factor = 0.01)`,
      // Finds expired keys.
      `CREATE INDEX @submissions_expiry ON @submissions (expires_at)`,
      // Verified webhooks of providers: a repeat of one changes nothing.
      `CREATE TABLE @webhook_deliveries (
        generation_id text COLLATE "C" NOT NULL,
        attempt bigint NOT NULL,
        delivery_id text COLLATE "C" NOT NULL,
        token text NOT NULL,
        received_at bigint NOT NULL,
        PRIMARY KEY (generation_id, attempt, delivery_id)
      )`,
      // Finds old deliveries.
      `CREATE INDEX @webhook_deliveries_received ON @webhook_deliveries (received_at)`,
      // Durations of generations: counts in logarithmic buckets. Used for estimates only, never for decisions.
      `CREATE TABLE @timings (
        model text COLLATE "C" NOT NULL,
        provider_id text COLLATE "C" NOT NULL,
        size bigint NOT NULL,
        bucket bigint NOT NULL,
        count bigint NOT NULL,
        PRIMARY KEY (model, provider_id, size, bucket)
      )`,
      // Follow-up work of a commit, executed after it. `generation_id` and `model`: those of a job to cancel; the
      // payload is not parsed in the database, because an operation may be nested too deep.
      `CREATE TABLE @outbox (
        id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
        topic text COLLATE "C" NOT NULL,
        payload text NOT NULL,
        generation_id text COLLATE "C",
        model text COLLATE "C",
        token text,
        tries bigint NOT NULL,
        due_at bigint NOT NULL,
        created_at bigint NOT NULL,
        CHECK ((generation_id IS NOT NULL) = (topic = 'cancel_job')),
        CHECK ((model IS NOT NULL) = (topic = 'cancel_job'))
      ) WITH (autovacuum_vacuum_scale_factor = 0.01)`,
      `CREATE INDEX @outbox_due ON @outbox (due_at)`,
      // Finds the jobs of an erased owner without a scan.
      `CREATE INDEX @outbox_jobs ON @outbox (generation_id) WHERE topic = 'cancel_job'`,
      // Uploads that inputs refer to. `used_at`: last submit that referred to it; unused ones are purged.
      `CREATE TABLE @inputs (
        id text COLLATE "C" PRIMARY KEY,
        owner_id text COLLATE "C" NOT NULL,
        storage_key text COLLATE "C" NOT NULL,
        content_type text NOT NULL,
        byte_length bigint NOT NULL CHECK (byte_length > 0),
        sha256 text NOT NULL,
        width bigint NOT NULL,
        height bigint NOT NULL,
        created_at bigint NOT NULL,
        used_at bigint NOT NULL
      )`,
      `CREATE INDEX @inputs_owner ON @inputs (owner_id, id, byte_length)`,
      `CREATE INDEX @inputs_used ON @inputs (used_at)`,
      erasedOwnersTable,
    ],
  },
  { id: 2, name: "operator-actions", needs: 1, statements: operatorActionsTable },
  { id: 3, name: "start-times", needs: 1, statements: startTimes },
  { id: 4, name: "operator-bulks-and-files", needs: 1, statements: operatorBulksAndFiles },
  { id: 5, name: "provenance", needs: 1, statements: provenanceColumns },
  { id: 6, name: "fair-queue", needs: 6, statements: fairQueue },
  { id: 7, name: "groups", needs: 1, statements: groups },
  { id: 8, name: "outbox-errors", needs: 1, statements: outboxErrors },
  { id: 9, name: "holds", needs: 1, statements: holds },
  { id: 10, name: "queue-indexes", needs: 1, statements: queueIndexes },
  { id: 11, name: "capacity", needs: 1, statements: abandonedCapacity },
  { id: 12, name: "input-durations", needs: 1, statements: inputDurations },
  { id: 13, name: "deleted-outputs", needs: 1, statements: deletedOutputs },
  { id: 14, name: "teams", needs: 1, statements: teams },
  { id: 15, name: "unseen-by-teams", needs: 1, statements: unseenByTeams },
  { id: 16, name: "waiting-owners", needs: 1, statements: waitingOwners },
  { id: 17, name: "waiting-turns", needs: 1, statements: waitingTurns },
  { id: 18, name: "job-cancels", needs: 1, statements: jobCancels },
];
