import type { Pool } from "pg";

/** Many rows for the planner, and where they are. */
export interface Population {
  readonly schema: string;
  readonly prefix: string;
  /** The state of all generations. `mixed`: those of one owner have ended, and all others are active. */
  readonly state: keyof typeof owners;
  /** If false, the planner knows the tables as they were when they were empty. */
  readonly hasStatistics: boolean;
  /** Epoch milliseconds of the newest row. */
  readonly time: number;
}

/** Number of generations. */
const count = 8_000;

/** One third of all ended generations belongs to one owner. A limit bounds the active ones of each. */
const owners = {
  ended: "CASE WHEN n % 3 = 0 THEN 'ada' ELSE 'owner-' || n % 200 END",
  active: "CASE WHEN n % 2000 = 0 THEN 'ada' ELSE 'owner-' || n % 2000 END",
  mixed: "CASE WHEN n % 3 = 0 THEN 'ada' ELSE 'owner-' || n % 2000 END",
};

const id = "'gen_' || lpad(n::text, 36, '0')";

/** An expression of `n` for each column. */
type Columns = Readonly<Record<string, string>>;

/** Inserts rows as a service with many owners has them. */
export async function populate(pool: Pool, population: Population): Promise<void> {
  const { hasStatistics, prefix, schema, time } = population;
  const inserts = rowsOf(population);
  const table = (name: string) => `"${schema}"."${prefix}${name}"`;
  const collect = async () => {
    for (const name of [...Object.keys(inserts), "owners", "accounts"]) {
      await pool.query(`ALTER TABLE ${table(name)} SET (autovacuum_enabled = off)`);
      await pool.query(`VACUUM ANALYZE ${table(name)}`);
    }
  };
  await collect();
  for (const [name, values] of Object.entries(inserts)) {
    await pool.query(`INSERT INTO ${table(name)} (${Object.keys(values).join(", ")})
      SELECT ${Object.values(values).join(", ")} FROM generate_series(1, ${count}) n`);
  }
  await pool.query(`INSERT INTO ${table("owners")} (id, sequence, log_start, rate_tat, refund_tat, touched_at, created_at)
    SELECT DISTINCT owner_id, ${count}, 0, 0, 0, ${time}, ${time} FROM ${table("generations")}
    UNION ALL SELECT 'idle-' || n, 0, 0, 0, 0, ${time}, ${time} FROM generate_series(1, ${count}) n`);
  await pool.query(`INSERT INTO ${table("accounts")} (id, balance, initial, created_at)
    SELECT id, 1000000, 0, created_at FROM ${table("owners")}`);
  if (hasStatistics) await collect();
}

const createdAt = ({ time }: Population): string => `${time} - (${count} - n) * 10000`;

function generationColumns(population: Population): Columns {
  const { state, time } = population;
  const owner = owners[state];
  const at = createdAt(population);
  const ofState = (ended: string, active: string): string =>
    ({ ended, active, mixed: `CASE WHEN n % 3 = 0 THEN ${ended} ELSE ${active} END` })[state];
  return {
    id,
    owner_id: owner,
    account_id: owner,
    model: "(ARRAY['demo', 'flux', 'other'])[1 + n % 3]",
    kind: "'image'",
    state: ofState("(ARRAY['completed', 'failed', 'canceled'])[1 + n / 3 % 3]", "'queued'"),
    version: "3",
    sequence: "n",
    epoch: "1",
    command_token: "'token-' || n",
    due_at: ofState("NULL", `${time} + 60000 + n % 1000`),
    leased: "0",
    woken: "0",
    expired_leases: "0",
    attempts: "1",
    max_attempts: "4",
    deadline_at: `${time} + 900000`,
    requested_outputs: "1",
    storage_prefix: "'prefix-' || n",
    progress_source: "'none'",
    failure_code: ofState("CASE WHEN n / 3 % 3 = 1 THEN 'internal' END", "NULL"),
    credits: "4",
    refunded_credits: "0",
    drop_on_cancel: "0",
    created_at: at,
    touched_at: at,
    started_at: ofState(at, "CASE WHEN n % 2 = 0 THEN 1 END"),
    finished_at: ofState(`${at} + 5000`, "NULL"),
    seen_at: ofState(`CASE WHEN n % 20 > 0 THEN ${at} END`, "NULL"),
    input: "'{}'",
    parsed_input: "'{}'",
    // A team with a few generations of each owner.
    team_id: "CASE WHEN n / 3 % 100 = 0 THEN 'crew' END",
    team_sequence: "CASE WHEN n / 3 % 100 = 0 THEN n END",
  };
}

/** The columns of each table. */
function rowsOf(population: Population): Readonly<Record<string, Columns>> {
  const { state, time } = population;
  const at = createdAt(population);
  const owner = owners[state];
  return {
    generations: generationColumns(population),
    attempts: {
      generation_id: id,
      number: "1",
      state: "'done'",
      token: "'a-' || n",
      provider_id: "'p'",
      started_at: at,
    },
    outputs: {
      generation_id: id,
      '"index"': "0",
      kind: "'image'",
      storage_key: "'prefix-' || n || '/0-abc'",
      content_type: "'image/png'",
      byte_length: "100",
      sha256: "md5(n::text)",
    },
    deleted_outputs: { generation_id: id, '"index"': "1", sha256: "md5(n::text)" },
    ledger_entries: {
      account_id: owner,
      generation_id: id,
      kind: "'debit'",
      amount: "-4",
      key: "'gen:' || n || ':debit'",
      created_at: at,
    },
    submissions: {
      owner_id: owner,
      key_hash: "'key-' || n",
      fingerprint: "'body'",
      generation_id: id,
      expires_at: `${at} + 86400000`,
    },
    erased_entry_keys: { key_hash: "'key-' || n", kind: "'grant'", amount: "1", expires_at: `${at} + 86400000` },
    operator_actions: {
      id: "'action-' || n",
      actor: "'grace'",
      action: "'cancel'",
      subject: id,
      reason: "'ticket 7'",
      outcome: "'applied'",
      bulk_ids: "CASE WHEN n % 100 = 0 THEN '[]' END",
      created_at: at,
    },
    webhook_deliveries: {
      generation_id: id,
      attempt: "1",
      delivery_id: "'delivery'",
      token: "'token'",
      received_at: at,
    },
    timings: { model: "'model-' || n % 500", provider_id: "'p'", size: "1", bucket: "n", count: "1" },
    outbox: {
      topic: "'delete_prefix'",
      payload: "to_json('prefix-' || n)::text",
      tries: "0",
      due_at: `${time} + n`,
      created_at: at,
    },
    inputs: {
      id: "'inp_' || lpad(n::text, 36, '0')",
      owner_id: owner,
      storage_key: "'input-' || n || '/0-abc'",
      content_type: "'image/png'",
      byte_length: "100",
      sha256: "'abc'",
      width: "1",
      height: "1",
      created_at: at,
      used_at: at,
    },
  };
}
