import { originalOwner } from "./originals.ts";

/** Period over which the generations are spread, up to now: four per second make ten million in a month. */
export const spreadMs = 30 * 24 * 60 * 60_000;

const isHeavy = "n % :heavyEvery = 0";
const heavyNumber = "n / :heavyEvery";
const ordinaryNumber = "(n - n / :heavyEvery - 1)";

/** The owner and time of each copy. Deterministic; an owner's generations are spread over the whole period and file. */
const assignments = `WITH RECURSIVE numbers(n) AS (SELECT :from UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :to),
   assigned AS (
     SELECT n, :now - :spreadMs + CAST(n AS REAL) * :spreadMs / :copies AS at,
       iif(${isHeavy}, :heavyOwner, printf('owner-%07d', ${ordinaryNumber} % :ordinaryOwners)) AS owner_id,
       iif(${isHeavy}, ${heavyNumber}, ${ordinaryNumber} / :ordinaryOwners) AS nth,
       iif(${isHeavy}, ${heavyNumber} >= :heavyGenerations - :heavyActive,
         ${ordinaryNumber} >= :ordinaryGenerations - :ordinaryActive) AS is_active,
       iif(${isHeavy}, ${heavyNumber} >= :heavyGenerations - :heavyActive - :heavyUnseen,
         ${ordinaryNumber} >= :ordinaryGenerations - :ordinaryUnseen * :ordinaryOwners) AS is_unseen
     FROM numbers
   )`;

/** A UUID of version 7 whose last digits are the number, like a generation's id. */
const newId = `printf('gen_%08x-%04x-7%03x-%04x-%012x', CAST(at AS INTEGER) >> 16, CAST(at AS INTEGER) & 65535, n & 4095,
   32768 + ((n * 2654435761) & 16383), n)`;
/** Spread over the whole range, and ascending, so that filling is fast. */
const newToken = "printf('%08x-%04x-4000-8000-%012x', n * 4294967295.0 / :copies, n & 65535, n)";

export const assignStatements: readonly string[] = [
  "DELETE FROM temp.copies",
  `INSERT INTO temp.copies
   ${assignments}
   SELECT n, ${newId}, owner_id, CAST(at AS INTEGER), is_active, is_unseen, (nth + 1) * 4, ${newToken},
     iif(is_active, n % :activeOriginals, (n * 2654435761 >> 9) % :endedOriginals)
   FROM assigned`,
];

export const prepareStatements: readonly string[] = [
  `CREATE TEMP TABLE copies (n INTEGER PRIMARY KEY, id TEXT, owner_id TEXT, at INTEGER, is_active INTEGER,
     is_unseen INTEGER, sequence INTEGER, token TEXT, original INTEGER)`,
  `CREATE TEMP TABLE originals (is_active INTEGER, nr INTEGER, id TEXT, at INTEGER, prefix TEXT, PRIMARY KEY (is_active, nr))`,
  `INSERT INTO temp.originals
   SELECT finished_at IS NULL, row_number() OVER (PARTITION BY finished_at IS NULL ORDER BY id) - 1, id, created_at,
     storage_prefix
   FROM safelight_generations WHERE owner_id = '${originalOwner}'`,
];

/** The column with the generation's id. */
const keyOf = (table: string) => (table === "safelight_generations" ? "id" : "generation_id");

/** Copies the original rows into temporary tables, so that the copies do not read what they write. */
export function setAsideStatements(table: string): readonly string[] {
  const key = keyOf(table);
  return [
    `CREATE TEMP TABLE first_${table} AS SELECT * FROM ${table} WHERE ${key} IN (SELECT id FROM temp.originals)`,
    `CREATE INDEX temp.first_${table}_key ON first_${table} (${key})`,
  ];
}

const copied = "temp.copies c CROSS JOIN temp.originals o ON o.is_active = c.is_active AND o.nr = c.original";
const later = (column: string) => `t.${column} + c.at - o.at`;
const prefix = "replace(substr(c.id, 5), '-', '')";
const renamed = (column: string) => `replace(t.${column}, o.id, c.id)`;

/** Columns of a copy that differ from its original, by table. */
const changes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  safelight_generations: {
    id: "c.id",
    owner_id: "c.owner_id",
    account_id: "c.owner_id",
    sequence: "c.sequence",
    command_token: "c.token",
    storage_prefix: prefix,
    ...Object.fromEntries(
      ["created_at", "touched_at", "started_at", "finished_at", "expected_at", "noticed_at", "cancel_requested_at"].map(
        (column) => [column, later(column)],
      ),
    ),
    // Active generations are scheduled, so that they stay active during the measurement, and no claim takes them.
    state: "iif(c.is_active, 'queued', t.state)",
    not_before: "iif(c.is_active, :now + 86400000, t.not_before)",
    due_at: "iif(c.is_active, :now + 86400000, NULL)",
    deadline_at: `iif(c.is_active, :now + :spreadMs, ${later("deadline_at")})`,
    seen_at: `iif(c.is_unseen, NULL, ${later("seen_at")})`,
  },
  safelight_attempts: {
    generation_id: "c.id",
    token: "c.token",
    started_at: later("started_at"),
    ended_at: later("ended_at"),
  },
  safelight_outputs: { generation_id: "c.id", storage_key: `replace(t.storage_key, o.prefix, ${prefix})` },
  safelight_ledger_entries: {
    id: ":firstEntry + 2 * c.n + (t.kind <> 'debit')",
    account_id: "c.owner_id",
    generation_id: "c.id",
    resolves_entry_id: "iif(t.resolves_entry_id IS NULL, NULL, :firstEntry + 2 * c.n)",
    key: renamed("key"),
    created_at: later("created_at"),
  },
  safelight_submissions: {
    owner_id: "c.owner_id",
    key_hash: "c.token",
    generation_id: "c.id",
    expires_at: later("expires_at"),
  },
};

/** Rows that are not copied: a host would have deleted these keys by now. */
const conditions: Readonly<Record<string, string>> = {
  safelight_submissions: `${later("expires_at")} > :now`,
};

/** Tables that grow with each generation. */
export const copiedTables = Object.keys(changes);

/**
 * Copies the rows of a table for the generations in `copies`.
 *
 * @param columns of the table; unchanged columns keep the values that the API wrote.
 */
export function copyStatement(table: string, columns: readonly string[]): string {
  const changed = changes[table] ?? {};
  const unknown = Object.keys(changed).filter((column) => !columns.includes(column));
  if (unknown.length > 0) throw new Error(`${table} has no column ${unknown.join(", ")}.`);
  const names = columns.map((column) => `"${column}"`).join(", ");
  const values = columns.map((column) => changed[column] ?? `t."${column}"`).join(", ");
  return `INSERT INTO ${table} (${names})
   SELECT ${values} FROM ${copied} CROSS JOIN temp.first_${table} t ON t.${keyOf(table)} = o.id
   WHERE ${conditions[table] ?? "true"} ORDER BY c.n`;
}

/** Owners, accounts and their grants, derived from the copies. */
export const ownerStatements: readonly string[] = [
  `CREATE TEMP TABLE totals AS
   SELECT owner_id AS id, max(sequence) AS sequence, sum(credits - refunded_credits) AS spent, min(created_at) AS created_at
   FROM safelight_generations WHERE owner_id <> '${originalOwner}' GROUP BY owner_id
   UNION ALL
   SELECT value, 0, 0, :now - :spreadMs FROM json_each(:submitterNames)
   ORDER BY id`,

  `INSERT INTO safelight_owners (id, sequence, log_start, rate_tat, refund_tat, touched_at, created_at)
   SELECT id, sequence, 0, 0, 0, created_at, created_at FROM temp.totals`,

  `INSERT INTO safelight_accounts (id, balance, initial, created_at)
   SELECT id, :initialGrant - spent, :initialGrant - spent, created_at FROM temp.totals`,

  `INSERT INTO safelight_ledger_entries (account_id, kind, amount, initial, reason, key, created_at)
   SELECT id, 'grant', :initialGrant, :initialGrant, 'initial', 'initial', created_at FROM temp.totals`,
];
