import { type Column, type GetColumnData, is, Placeholder, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { QueryBuilder, SQLiteSyncDialect } from "drizzle-orm/sqlite-core";

/** Writes placeholders as the named parameters that the executors bind. */
class NamedParameterDialect extends SQLiteSyncDialect {
  override escapeParam(_index: number, value?: unknown): string {
    if (!is(value, Placeholder)) throw new TypeError("A value is neither a placeholder nor inlined.");
    return `:${value.name}`;
  }
}

const dialect = new NamedParameterDialect();

export const builder = new QueryBuilder(dialect);

/** A named argument of a statement. */
export const argument = sql.placeholder;

/** The fields of a select, by their key: the aliases of the columns in the row. */
export type Fields<Data> = { readonly [Key in keyof Data]: SQL.Aliased<Data[Key]> };

type ColumnData<Columns> = {
  [Key in keyof Columns]: Columns[Key] extends Column ? GetColumnData<Columns[Key]> : never;
};

/**
 * Selects columns under their keys in `schema.ts`: the executors return rows by column name, not by position. The inner
 * `sql` keeps the table of each column, which drizzle omits in a select from one table: some of these lists are parts of
 * statements with several tables.
 */
export function fieldsOf<Columns extends Readonly<Record<string, Column>>>(columns: Columns) {
  const fields = Object.entries(columns).map(([key, column]) => [key, sql`${sql`${column}`}`.as(key)]);
  // The cast is safe: each column became a field of its own type under the same key.
  return Object.fromEntries(fields) as Fields<ColumnData<Columns>>;
}

/** As `fieldsOf`, for columns of a table that a left join may not find. */
export function nullableFieldsOf<Columns extends Readonly<Record<string, Column>>>(columns: Columns) {
  // The cast is safe: a type with null accepts every value of the type without.
  return fieldsOf(columns) as Fields<{ [Key in keyof Columns]: ColumnData<Columns>[Key] | null }>;
}

const keywords = new Set(
  (
    "all and as asc between by case cross desc else end exists from group in indexed inner is join left limit not null " +
    "on or order over preceding rows select then true unbounded union when where with"
  ).split(" "),
);
const reserved = new Set(["index"]);

/**
 * The text of a query on one line, in the form of the other statements. Drops needless quotes: SQLite reads a quoted
 * name that it does not know as a string, without an error.
 */
export function toText(query: SQLWrapper): string {
  const { sql: text } = dialect.sqlToQuery(query.getSQL().inlineParams());
  return text
    .replace(/\s+/g, " ")
    .replace(/'(?:[^']|'')*'|"(\w+)"|(?<![:.\w])[a-z]+\b/g, (found, name: string | undefined) => {
      if (name !== undefined) return reserved.has(name) ? found : name;
      return keywords.has(found) ? found.toUpperCase() : found;
    });
}

/** The text of the fields of a select, for a statement that is not built. */
export function toList(fields: Fields<Readonly<Record<string, unknown>>>): string {
  const list = Object.values(fields).map(
    ({ fieldAlias, sql: value }) => sql`${value} as ${sql.identifier(fieldAlias)}`,
  );
  return toText(sql.join(list, sql`, `));
}

const clauses = new Set("SELECT FROM WHERE INNER LEFT CROSS GROUP ORDER LIMIT".split(" "));
const maxLineLength = 112;

/** The source of a constant. Breaks its text before the outer clauses, and where a line is too long. */
export function toConstant(name: string, text: string): string {
  const lines: string[] = [];
  let depth = 0;
  const start = `const ${name} = \``;
  let line = start;
  for (const word of text.split(" ")) {
    const isClause = depth === 0 && clauses.has(word) && line !== start;
    if (isClause || line.length + word.length > maxLineLength) {
      lines.push(line.trimEnd());
      line = isClause ? "   " : "     ";
    }
    line += `${word} `;
    depth += word.split("(").length - word.split(")").length;
  }
  return `${[...lines, line.trimEnd()].join("\n")}\``;
}
