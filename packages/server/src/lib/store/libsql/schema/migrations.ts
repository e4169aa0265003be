import type { Migration } from "../../schema/next-migration.js";
import { erasedOwnersTable } from "./erased-owners-table.js";
import { abandonedCapacity, fairQueue, queueIndexes, waitingOwners, waitingTurns } from "./fair-queue.js";
import { groups } from "./groups.js";
import { holds, outboxErrors } from "./holds.js";
import { inputDurations } from "./input-durations.js";
import { inputsCostsAndThumbnails } from "./inputs-costs-and-thumbnails.js";
import { jobCancels, operatorActionsTable, operatorBulksAndFiles } from "./operator-actions-table.js";
import { deletedOutputs, provenanceColumns } from "./provenance-columns.js";
import { startTimes } from "./start-times.js";
import { teams, unseenByTeams } from "./teams.js";

/**
 * The schema in SQL, in order. `schema.ts` describes the resulting tables for hosts that join them, and a test keeps
 * the two equal. All times are epoch milliseconds of the database's clock; JSON is stored as text.
 */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    name: "generations-and-ledger",
    needs: 1,
    statements: [
      `CREATE TABLE safelight_settings (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT`,
      // Encrypts ledger entry ids. Plain ids would reveal the number of entries of the whole service.
      `INSERT INTO safelight_settings (name, value) VALUES ('entry_key', lower(hex(randomblob(16))))`,
      // `shared`: an owner with another id has paid from it. It is never reset: a generation may change
      // its owner, and a payer may be deleted. `initial`: the unspent rest of the initial grant, which is spent first
      // and never leaves the account.
      `CREATE TABLE safelight_accounts (
        id TEXT PRIMARY KEY,
        balance INTEGER NOT NULL CHECK (balance BETWEEN 0 AND 9007199254740991),
        initial INTEGER NOT NULL CHECK (initial BETWEEN 0 AND balance),
        shared INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)),
        command_token TEXT,
        created_at INTEGER NOT NULL
      ) STRICT`,
      // A transfer leaves no trace in the log of the old owner, so it moves `log_start` to the new sequence.
      // The two `_tat` are theoretical arrival times of GCRA, for submits and for refunds. An owner could bypass a
      // count of rows by deleting them.
      `CREATE TABLE safelight_owners (
        id TEXT PRIMARY KEY,
        sequence INTEGER NOT NULL,
        log_start INTEGER NOT NULL,
        rate_tat REAL NOT NULL,
        refund_tat REAL NOT NULL,
        touched_at INTEGER NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT`,
      // The large columns come last: SQLite reads a row up to the last column that a statement needs.
      // `sequence` is NULL only between two statements of one command, and marks the row as written by it. A submit
      // marks its row with a sequence that its owner has not reached.
      `CREATE TABLE safelight_generations (
        id TEXT PRIMARY KEY,
        owner_id TEXT NOT NULL,
        account_id TEXT NOT NULL,
        refund_account_id TEXT,
        model TEXT NOT NULL,
        kind TEXT NOT NULL,
        scope TEXT,
        state TEXT NOT NULL CHECK (state IN (
          'queued', 'submitting', 'running', 'storing', 'retry_wait', 'reconciling', 'completed', 'failed', 'canceled'
        )),
        version INTEGER NOT NULL,
        sequence INTEGER,
        epoch INTEGER NOT NULL,
        command_token TEXT NOT NULL,
        owner_token TEXT,
        claim_token TEXT,
        due_at INTEGER,
        leased INTEGER NOT NULL CHECK (leased IN (0, 1)),
        woken INTEGER NOT NULL CHECK (woken IN (0, 1)),
        expired_leases INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        max_attempts INTEGER NOT NULL,
        deadline_at INTEGER NOT NULL,
        requested_outputs INTEGER NOT NULL CHECK (requested_outputs >= 1),
        storage_prefix TEXT NOT NULL,
        progress REAL CHECK (progress BETWEEN 0 AND 1),
        progress_source TEXT NOT NULL CHECK (progress_source IN ('provider', 'estimate', 'none')),
        queue_position INTEGER,
        progress_at INTEGER,
        preview_key TEXT,
        preview_content_type TEXT,
        failure_code TEXT,
        credits INTEGER NOT NULL CHECK (credits >= 0),
        refunded_credits INTEGER NOT NULL CHECK (refunded_credits BETWEEN 0 AND credits),
        drop_on_cancel INTEGER NOT NULL CHECK (drop_on_cancel IN (0, 1)),
        refunds TEXT,
        refund_interval_ms REAL,
        retry_of TEXT,
        created_at INTEGER NOT NULL,
        touched_at INTEGER NOT NULL,
        started_at INTEGER,
        finished_at INTEGER,
        seen_at INTEGER,
        noticed_at INTEGER,
        notice_claim TEXT,
        notice_until INTEGER,
        expected_at INTEGER,
        cancel_requested_at INTEGER,
        deleted_at INTEGER,
        metadata TEXT,
        input TEXT,
        parsed_input TEXT,
        CHECK ((finished_at IS NOT NULL) = (state IN ('completed', 'failed', 'canceled'))),
        CHECK ((due_at IS NULL) = (finished_at IS NOT NULL)),
        CHECK ((failure_code IS NOT NULL) = (state = 'failed'))
      ) STRICT`,
      // Due generations of all owners.
      `CREATE INDEX safelight_generations_due ON safelight_generations (due_at) WHERE due_at IS NOT NULL`,
      // Next due time of a model.
      `CREATE INDEX safelight_generations_model_due ON safelight_generations (model, due_at) WHERE due_at IS NOT NULL`,
      // Active generations of one owner.
      `CREATE INDEX safelight_generations_active ON safelight_generations (owner_id, id) WHERE finished_at IS NULL`,
      // Unseen generations of one owner, also of one scope: skips other scopes without reading their rows.
      `CREATE INDEX safelight_generations_unseen ON safelight_generations (owner_id, finished_at, scope)
        WHERE finished_at IS NOT NULL AND seen_at IS NULL AND deleted_at IS NULL`,
      // History of one owner, also of one model or scope: skips other rows without reading them.
      `CREATE INDEX safelight_generations_history ON safelight_generations (owner_id, id, model, scope)
        WHERE deleted_at IS NULL`,
      // History of one owner by terminal state.
      `CREATE INDEX safelight_generations_history_of_state ON safelight_generations (owner_id, state, id, model, scope)
        WHERE finished_at IS NOT NULL AND deleted_at IS NULL`,
      // Event log of one owner.
      `CREATE INDEX safelight_generations_sequence ON safelight_generations (owner_id, sequence)`,
      // Possible refunds to the account that paid.
      `CREATE INDEX safelight_generations_account ON safelight_generations (account_id) WHERE finished_at IS NULL`,
      // Refunds to another account than the one that paid.
      `CREATE INDEX safelight_generations_refund_account ON safelight_generations (refund_account_id)
        WHERE refund_account_id IS NOT NULL`,

      `CREATE TABLE safelight_attempts (
        generation_id TEXT NOT NULL,
        number INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN (
          'intent', 'unknown', 'accepted', 'rejected', 'failed', 'done', 'canceled'
        )),
        token TEXT NOT NULL UNIQUE,
        provider_id TEXT NOT NULL,
        operation TEXT,
        operation_hint TEXT,
        outputs TEXT,
        failure TEXT,
        started_at INTEGER NOT NULL,
        unknown_at INTEGER,
        ended_at INTEGER,
        PRIMARY KEY (generation_id, number)
      ) STRICT`,

      `CREATE TABLE safelight_outputs (
        generation_id TEXT NOT NULL,
        "index" INTEGER NOT NULL,
        kind TEXT NOT NULL,
        storage_key TEXT NOT NULL,
        content_type TEXT NOT NULL,
        byte_length INTEGER NOT NULL CHECK (byte_length > 0),
        sha256 TEXT NOT NULL,
        width INTEGER,
        height INTEGER,
        duration_ms INTEGER,
        placeholder TEXT,
        PRIMARY KEY (generation_id, "index")
      ) STRICT`,
      // Append-only. A capture or refund names the debit that it resolves, and a debit is resolved once. `initial`:
      // part of the amount from the initial grant. `key_hash`: hash of account and key, for entries of the host.
      `CREATE TABLE safelight_ledger_entries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account_id TEXT NOT NULL,
        generation_id TEXT,
        kind TEXT NOT NULL CHECK (kind IN ('grant', 'debit', 'capture', 'refund', 'adjustment')),
        amount INTEGER NOT NULL,
        initial INTEGER NOT NULL DEFAULT 0 CHECK (initial BETWEEN min(amount, 0) AND max(amount, 0)),
        resolves_entry_id INTEGER UNIQUE,
        reason TEXT,
        key TEXT NOT NULL,
        key_hash TEXT,
        created_at INTEGER NOT NULL,
        UNIQUE (account_id, key),
        CHECK ((resolves_entry_id IS NOT NULL) = (kind IN ('capture', 'refund'))),
        CHECK ((generation_id IS NOT NULL) = (kind IN ('debit', 'capture', 'refund'))),
        CHECK (CASE kind
          WHEN 'grant' THEN amount > 0
          WHEN 'debit' THEN amount <= 0
          WHEN 'adjustment' THEN amount <> 0
          ELSE amount >= 0
        END)
      ) STRICT`,
      `CREATE UNIQUE INDEX safelight_ledger_entries_debit ON safelight_ledger_entries (generation_id)
        WHERE kind = 'debit'`,
      `CREATE INDEX safelight_ledger_entries_account ON safelight_ledger_entries (account_id, id)`,
      // Host entries of erased accounts, by `key_hash`: a late repeat moves no credits.
      `CREATE TABLE safelight_erased_entry_keys (
        key_hash TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        amount INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
      ) STRICT`,
      `CREATE INDEX safelight_erased_entry_keys_expiry ON safelight_erased_entry_keys (expires_at)`,

      `CREATE TABLE safelight_submissions (
        owner_id TEXT NOT NULL,
        key_hash TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        generation_id TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        PRIMARY KEY (owner_id, key_hash)
      ) STRICT`,
      // Finds expired keys.
      `CREATE INDEX safelight_submissions_expiry ON safelight_submissions (expires_at)`,
      // Verified webhooks of providers: a repeat of one changes nothing.
      `CREATE TABLE safelight_webhook_deliveries (
        generation_id TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        delivery_id TEXT NOT NULL,
        token TEXT NOT NULL,
        received_at INTEGER NOT NULL,
        PRIMARY KEY (generation_id, attempt, delivery_id)
      ) STRICT`,
      // Finds old deliveries.
      `CREATE INDEX safelight_webhook_deliveries_received ON safelight_webhook_deliveries (received_at)`,
      // Durations of generations: counts in logarithmic buckets. Used for estimates only, never for decisions.
      `CREATE TABLE safelight_timings (
        model TEXT NOT NULL,
        provider_id TEXT NOT NULL,
        size INTEGER NOT NULL,
        bucket INTEGER NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (model, provider_id, size, bucket)
      ) STRICT`,
      // Follow-up work of a commit, executed after it.
      `CREATE TABLE safelight_outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        topic TEXT NOT NULL,
        payload TEXT NOT NULL,
        token TEXT,
        tries INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT`,
      `CREATE INDEX safelight_outbox_due ON safelight_outbox (due_at)`,
      // Finds the jobs of an erased owner without a scan.
      `CREATE INDEX safelight_outbox_jobs
        ON safelight_outbox (CAST(CASE WHEN json_valid(payload) THEN payload ->> 'generationId' END AS TEXT))
        WHERE topic = 'cancel_job'`,
    ],
  },
  { id: 2, name: "inputs-costs-and-thumbnails", needs: 1, statements: inputsCostsAndThumbnails },
  {
    id: 3,
    name: "ended-generations",
    needs: 1,
    statements: [
      // Oldest end first, over all owners. Each end appends one entry, and no other write adds one.
      `CREATE INDEX safelight_generations_ended ON safelight_generations (finished_at)
        WHERE finished_at IS NOT NULL AND deleted_at IS NULL`,
    ],
  },
  {
    id: 4,
    name: "timeline",
    needs: 1,
    statements: [
      // Identifies the database's history: sequences of different timelines cannot be compared. `safelight restored`
      // may have written it before.
      `INSERT INTO safelight_settings (name, value) VALUES ('timeline', lower(hex(randomblob(16))))
        ON CONFLICT (name) DO NOTHING`,
    ],
  },
  { id: 5, name: "erased-owners", needs: 1, statements: [erasedOwnersTable] },
  { id: 6, name: "operator-actions", needs: 1, statements: operatorActionsTable },
  { id: 7, name: "start-times", needs: 1, statements: startTimes },
  { id: 8, name: "operator-bulks-and-files", needs: 1, statements: operatorBulksAndFiles },
  { id: 9, name: "provenance", needs: 1, statements: provenanceColumns },
  { id: 10, name: "fair-queue", needs: 10, statements: fairQueue },
  { id: 11, name: "groups", needs: 1, statements: groups },
  { id: 12, name: "outbox-errors", needs: 1, statements: outboxErrors },
  { id: 13, name: "holds", needs: 1, statements: holds },
  { id: 14, name: "queue-indexes", needs: 1, statements: queueIndexes },
  { id: 15, name: "capacity", needs: 1, statements: abandonedCapacity },
  { id: 16, name: "input-durations", needs: 1, statements: inputDurations },
  { id: 17, name: "deleted-outputs", needs: 1, statements: deletedOutputs },
  { id: 18, name: "teams", needs: 1, statements: teams },
  { id: 19, name: "unseen-by-teams", needs: 1, statements: unseenByTeams },
  { id: 20, name: "waiting-owners", needs: 1, statements: waitingOwners },
  { id: 21, name: "waiting-turns", needs: 1, statements: waitingTurns },
  { id: 22, name: "job-cancels", needs: 1, statements: jobCancels },
];
