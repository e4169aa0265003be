import type { Migration } from "./next-migration.js";

/** Names may begin with `@`, in place of a schema and a prefix. */
const ddlStatement = /^(CREATE|DROP) (TABLE|INDEX|UNIQUE INDEX|TRIGGER) @?(\w+)/;

/** The kind of each table, index and trigger that exists after the migrations, by name. */
export function partsOf(migrations: readonly Migration[]): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  for (const statement of migrations.flatMap(({ statements }) => statements)) {
    const [, verb, kind, name] = ddlStatement.exec(statement) ?? [];
    if (kind === undefined || name === undefined) continue;
    if (verb === "CREATE") kinds.set(name, kind);
    else kinds.delete(name);
  }
  return kinds;
}
