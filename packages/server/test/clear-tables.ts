/** A client of Postgres that sends several statements in one text. */
interface StatementClient {
  query(text: string): Promise<{ readonly rows: readonly unknown[] }>;
  /** PGlite has a method of its own for several statements. */
  exec?(text: string): Promise<unknown>;
}

/** Deletes all rows of Safelight's tables but those that the migrations insert. */
export async function clearTables(client: StatementClient): Promise<void> {
  const found = await client.query(
    `SELECT tablename AS name FROM pg_tables WHERE tablename LIKE 'safelight\\_%'
     AND tablename NOT IN ('safelight_migrations', 'safelight_function_sets')`,
  );
  const initial = "WHERE name NOT IN ('entry_key', 'timeline')";
  // The statement selects this column.
  const rows = found.rows as readonly { readonly name: string }[];
  const deletes = rows.map(({ name }) => `DELETE FROM ${name} ${name === "safelight_settings" ? initial : ""}`);
  await (client.exec?.(deletes.join(";")) ?? client.query(deletes.join(";")));
}
