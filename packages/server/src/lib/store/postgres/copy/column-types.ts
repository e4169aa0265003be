import type { ColumnKind } from "../../copy/copied-tables.js";

/** The types by which a statement passes the values of copied columns. */
export const columnTypes: Readonly<Record<ColumnKind, string>> = { text: "text", integer: "bigint", real: "float8" };
