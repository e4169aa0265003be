import Database from "libsql";
import { libsqlStore } from "../../packages/server/src/libsql.js";
import { Scenario } from "../../packages/server/testing/store-contract/scenario.js";

const owners = 1_000;
const initialGrant = 1_000_000;
/** Generations of one transaction. */
const chunk = 20_000;

/** Fills a new file with completed generations of a thousand owners, as copies of one, with a consistent ledger. */
export async function fillFile(path: string, generations: number): Promise<void> {
  let time = Date.now() - 3_600_000;
  const store = libsqlStore({ url: `file:${path}`, now: () => time });
  await store.migrate();
  const scenario = new Scenario(store);
  const id = await scenario.completed(
    (milliseconds) => {
      time += milliseconds;
    },
    { initialGrant, input: { prompt: "a lighthouse on a cliff, in the style of a woodcut ".repeat(4) } },
  );
  await store.close();
  const database = new Database(path);
  const columnsOf = (table: string) =>
    database.prepare(`SELECT name FROM pragma_table_info('safelight_${table}')`).pluck().all([]).map(String);
  const copy = (table: string, { where = "true", ...change }: Readonly<Record<string, string>>) => {
    const columns = columnsOf(table);
    const values = columns.map((column) => change[column] ?? `t."${column}"`);
    return `INSERT INTO safelight_${table} (${columns.map((column) => `"${column}"`).join(", ")})
      SELECT ${values.join(", ")} FROM numbers CROSS JOIN safelight_${table} t WHERE ${where}`;
  };
  const owner = `'owner-' || (n % ${owners})`;
  const copyId = "'gen_019a3c00-0000-7000-8000-' || printf('%012d', n)";
  const isOriginal = `t.generation_id = '${id}'`;
  const key = `replace(t.key, '${id}', ${copyId})`;
  const entry = { generation_id: copyId, account_id: owner, key };
  const perOwner = [
    copy("owners", { id: owner, sequence: String(generations), where: "t.id = 'ada'" }),
    copy("accounts", {
      id: owner,
      balance: String(initialGrant),
      initial: String(initialGrant),
      where: "t.id = 'ada'",
    }),
    copy("ledger_entries", { id: "1000 + n", account_id: owner, where: "t.kind = 'grant'" }),
  ];
  const perGeneration = [
    copy("generations", {
      id: copyId,
      owner_id: owner,
      account_id: owner,
      sequence: "n + 1",
      command_token: "'token-' || n",
      storage_prefix: "'prefix-' || n",
      where: `t.id = '${id}'`,
    }),
    copy("attempts", { generation_id: copyId, token: "'attempt-' || n", where: isOriginal }),
    copy("outputs", { generation_id: copyId, storage_key: "'prefix-' || n || '/0-abc.png'", where: isOriginal }),
    copy("ledger_entries", { ...entry, id: "10000 + n * 2", where: `${isOriginal} AND t.kind = 'debit'` }),
    copy("ledger_entries", {
      ...entry,
      id: "10001 + n * 2",
      resolves_entry_id: "10000 + n * 2",
      where: `${isOriginal} AND t.kind = 'capture'`,
    }),
  ];
  const run = (statements: readonly string[], [from, to]: readonly [number, number]) => {
    const numbers = `WITH RECURSIVE numbers (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${to})`;
    database.exec(["BEGIN", ...statements.map((sql) => `${numbers} ${sql}`), "COMMIT"].join(";"));
  };
  run(perOwner, [0, owners]);
  for (let from = 0; from < generations; from += chunk) {
    run(perGeneration, [from, Math.min(from + chunk, generations)]);
  }
  database.exec(`UPDATE safelight_accounts SET (balance, initial) = (
    SELECT sum(amount), sum(initial) FROM safelight_ledger_entries e WHERE e.account_id = safelight_accounts.id)`);
  database.close();
}
