import Database from "libsql";
import type { Store } from "../src/lib/ports/store/store.js";

/** Every text in any table of a database file that contains one of the words, with its table and column. */
export function textsWith({ identity }: Store, words: readonly string[]): string[] {
  const database = new Database(identity.slice("file:".length), { readonly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const found = tables.flatMap((table) => {
      const { name } = Object(table);
      return database
        .prepare(`SELECT * FROM "${name}"`)
        .all()
        .flatMap((row) => Object.entries(Object(row)).map(([column, value]) => `${name}.${column}: ${value}`));
    });
    return found.filter((text) => words.some((word) => text.includes(word)));
  } finally {
    database.close();
  }
}
