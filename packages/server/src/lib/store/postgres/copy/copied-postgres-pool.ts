import type { Pool, PoolClient } from "pg";
import { TakenOver } from "../../copy/taken-over.js";
import { type Names, withNames } from "../text/names.js";

/** Values of a statement. */
type Values = readonly (string | null)[];

/** The connections to a copied database. In the texts of its statements, `@name` stands for a table. */
export class CopiedPostgresPool {
  readonly label: string;
  readonly pool: Pool;
  readonly names: Names;

  constructor(label: string, { names, pool }: { readonly names: Names; readonly pool: Pool }) {
    this.label = label;
    this.pool = pool;
    this.names = names;
  }

  async query(text: string, values: Values = []): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return (await this.pool.query(withNames(text, this.names), [...values])).rows;
  }

  /**
   * Runs a compare-and-set.
   *
   * @throws {TakenOver} if it changes no row.
   */
  async change(text: string, values: Values): Promise<void> {
    const { rowCount } = await this.pool.query(withNames(text, this.names), [...values]);
    if (rowCount === 0) throw this.takenOver();
  }

  /**
   * Runs a statement in a transaction that locks the row of a compare-and-set.
   *
   * @throws {TakenOver} if it selects no row.
   */
  async lockRow(client: PoolClient, { text, values }: { readonly text: string; readonly values: Values }) {
    const { rowCount } = await client.query(withNames(text, this.names), [...values]);
    if (rowCount === 0) throw this.takenOver();
  }

  takenOver(): TakenOver {
    return new TakenOver(this.label);
  }
}
