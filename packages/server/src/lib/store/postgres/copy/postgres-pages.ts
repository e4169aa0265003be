import type { PoolClient } from "pg";
import type { TablePages } from "../../copy/copied-database.js";
import { type CopiedTable, copiedRowsOf } from "../../copy/copied-tables.js";
import { unfinishedCopyId } from "../../schema/next-migration.js";
import { withNames } from "../text/names.js";
import type { CopiedPostgresPool } from "./copied-postgres-pool.js";
import { enterCopyTransaction } from "./freeze-statements.js";
import { inTransaction } from "./in-transaction.js";
import { selectPage } from "./select-page.js";
import { insertPage, removeRows } from "./write-page.js";

/** The rows of a Postgres database. */
export function postgresPages(database: CopiedPostgresPool): TablePages {
  const { names, pool } = database;
  /** Runs a transaction of an unfinished copy, if this run has marked it. */
  const whileMarked = (run: string, change: (client: PoolClient) => Promise<void>): Promise<void> =>
    inTransaction(pool, async (client) => {
      const text = `SELECT 1 FROM @migrations WHERE id = ${unfinishedCopyId} AND hash = $1 FOR SHARE`;
      await database.lockRow(client, { text, values: [run] });
      await client.query(enterCopyTransaction, [run]);
      await change(client);
    });
  return {
    async count(table) {
      const [row] = await database.query(`SELECT count(*) AS n FROM @${table.name} WHERE ${copiedRowsOf(table)}`);
      return Number(row?.n);
    },
    async read(request) {
      return (await pool.query<(string | number | null)[]>(selectPage(request, names))).rows;
    },
    write: ({ inserted, removed, table }, run) =>
      whileMarked(run, async (client) => {
        if (removed.length > 0) {
          await client.query(removeRows({ table, columns: table.key, rows: removed, names }));
        }
        if (inserted.length === 0) return;
        const columnNames = Object.keys(table.columns);
        for (const columns of table.uniques) {
          const rows = inserted.map((row) => columns.map((column) => row[columnNames.indexOf(column)] ?? null));
          await client.query(removeRows({ table, columns, rows, names }));
        }
        await client.query(insertPage({ table, rows: inserted, names }));
      }),
    async readCounter(table) {
      const [row] = await database.query(
        `SELECT coalesce(pg_sequence_last_value(${sequenceOf(table)}::regclass), 0)::text AS last`,
      );
      return String(row?.last);
    },
    writeCounter: (table, { last, run }) =>
      whileMarked(run, async (client) => {
        const sequence = withNames(sequenceOf(table), names);
        await client.query(`SELECT setval(${sequence}, greatest($1::bigint, 1), $1::bigint > 0)`, [last]);
      }),
  };
}

function sequenceOf({ key: [column], name }: CopiedTable): string {
  return `pg_get_serial_sequence('@${name}', '${column}')`;
}
