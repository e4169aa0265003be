/** One row, by column name. */
export type SqlRow = Readonly<Record<string, unknown>>;
