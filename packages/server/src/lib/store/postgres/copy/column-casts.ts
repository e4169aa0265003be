import type { ColumnKind } from "../../copy/copied-tables.js";

/** The type to which a statement casts a value of a copied column. */
export const columnCasts: Readonly<Record<ColumnKind, string>> = { text: "text", integer: "bigint", real: "float8" };
