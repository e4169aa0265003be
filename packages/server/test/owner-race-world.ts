import type pg from "pg";
import type { ClaimedGeneration } from "../src/lib/generation/generation-record.js";
import type { Store } from "../src/lib/ports/store/store.js";
import { output, Scenario } from "../testing/store-contract/scenario.js";

/** The tables of a store in a schema, for tests that begin with the same rows many times. */
export interface SavedRows {
  /** Runs a statement; `@` stands for schema and prefix. */
  readonly run: (text: string) => Promise<pg.QueryResult>;
  /** Copies all rows. */
  readonly save: () => Promise<void>;
  /** Replaces all rows by the copies. */
  readonly restore: () => Promise<void>;
  /** All rows, without tokens and numbers that differ from run to run. */
  readonly dump: () => Promise<unknown>;
}

/** All rows, without tokens of the store and without numbers that a sequence has skipped. */
const tables = {
  owners: "id, sequence, log_start, rate_tat, refund_tat",
  accounts: "id, balance, initial, shared",
  generations: `id, owner_id, account_id, refund_account_id, state, version, sequence, epoch, seen_at, deleted_at, noticed_at,
    notice_claim, notice_until, input, parsed_input, scope, cancel_requested_at, refunded_credits`,
  attempts: "generation_id, number, state, operation, outputs",
  outputs: 'generation_id, "index"',
  deleted_outputs: 'generation_id, "index", sha256',
  ledger_entries: "account_id, generation_id, kind, amount, initial, reason, key_hash",
  erased_entry_keys: "key_hash, kind, amount",
  submissions: "owner_id, key_hash, generation_id",
  inputs: "id, owner_id",
  outbox: "topic, payload, model",
  erased_owners: "owner_mark",
  operator_actions: `actor, action, subject, outcome, ${withoutEntry("state_before")}, ${withoutEntry("state_after")}`,
  settings: "name, value",
};

/** A snapshot of an account, without the number of its ledger entry. */
function withoutEntry(column: string): string {
  return `regexp_replace(${column}::text, '"entry" ?: ?[0-9]+', '"entry" : 1') AS ${column}`;
}

export function savedRows(pool: pg.Pool, schema: string): SavedRows {
  const run = (text: string) => pool.query(text.replaceAll("@", `${schema}.safelight_`));
  let statements = "";
  return {
    run,
    async save() {
      for (const table of Object.keys(tables)) {
        await run(`CREATE TABLE @saved_${table} AS TABLE @${table}`);
        const { rows } = await run(
          `SELECT string_agg(quote_ident(column_name), ', ') AS names FROM information_schema.columns
           WHERE table_schema = '${schema}' AND table_name = 'safelight_${table}' AND is_generated = 'NEVER'`,
        );
        const { names } = rows[0];
        statements += `DELETE FROM @${table}; INSERT INTO @${table} (${names}) SELECT ${names} FROM @saved_${table};`;
      }
    },
    async restore() {
      await run(statements);
    },
    async dump() {
      const parts = Object.entries(tables).map(([table, columns]) => {
        const condition = table === "settings" ? "WHERE name = 'owner_start'" : "";
        return `'${table}', (SELECT json_agg(q ORDER BY q::text) FROM (SELECT ${columns} FROM @${table} ${condition}) q)`;
      });
      return (await run(`SELECT json_build_object(${parts.join(", ")}) AS rows`)).rows[0].rows;
    },
  };
}

/** Generations that exist before each pair of commands. */
export interface World {
  readonly claim: ClaimedGeneration;
  readonly paidForBob: string;
  readonly paidByCyd: string;
  readonly ended: string;
  readonly endedToo: string;
  readonly queued: string;
}

/**
 * The guest has generations in every state, an image, and bought credits. It has paid for a generation of Bob, and gets
 * the refund of one that Cyd has paid.
 */
export async function createWorld({ run }: SavedRows, store: Store): Promise<World> {
  const scenario = new Scenario(store);
  const guest = { ownerId: "guest", initialGrant: 20 };
  await scenario.buy("guest", 100);
  const paidForBob = await scenario.accepted(guest);
  await store.transferOwner({ from: "guest", to: "bob", credits: "leave", initialGrant: 0 });
  await scenario.buy("cyd", 50);
  const paidByCyd = await scenario.accepted({ ownerId: "cyd" });
  await store.transferOwner({ from: "cyd", to: "guest", credits: "move", initialGrant: 0 });
  await scenario.buy("cyd", 10);
  const claim = await scenario.claimOne(await scenario.accepted(guest));
  await scenario.intent(claim, "attempt");
  await scenario.result(claim, "attempt", [output()]);
  const end = async () => {
    const held = await scenario.claimOne(await scenario.accepted(guest));
    await scenario.settle(held, { type: "failed", code: "internal" });
    return held.generation.id;
  };
  const ended = await end();
  const endedToo = await end();
  await store.claimNotices({ ownerId: "guest", claim: "tab-0", limit: 1, forMs: 60_000, leaseMs: 1_000 });
  const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 900_000 };
  const queued = await scenario.accepted({ ...guest, idempotencyKey });
  // Ada can be erased at once: all of hers have ended.
  await store.requestCancel({ ownerId: "ada", id: await scenario.accepted({ ownerId: "ada" }) });
  await run(`INSERT INTO @inputs (id, owner_id, storage_key, content_type, byte_length, sha256, width, height, created_at, used_at)
    VALUES ('inp_1', 'guest', 'key', 'image/png', 1, 'hash', 1, 1, 0, 0)`);
  return { claim, paidForBob, paidByCyd, ended, endedToo, queued };
}
