import { namesIn, numberParameters, type Parameters } from "./parameters.js";

/** A read of one snapshot: one statement for all its parts, each a list of rows. */
export interface Read<Rows extends Readonly<Record<string, unknown>>> {
  readonly name: string;
  readonly parameters: Parameters;
  readonly text: string;
  /** Reads a whole table, and may take minutes. */
  readonly isLong: boolean;
  /** Exists only for the compiler: the row of each part. */
  readonly "~rows"?: Rows;
}

/**
 * Defines a read. Parts of one statement see one snapshot, while two statements of READ COMMITTED do not. The columns of
 * a part are the fields of its rows: quote names with capitals, as in `AS "ownerId"`.
 *
 * @typeParam Rows the row of each part.
 */
export function defineRead<Rows extends Readonly<Record<string, unknown>>>(read: {
  readonly name: string;
  readonly parameters: Parameters;
  readonly parts: Readonly<Record<keyof Rows & string, string>>;
  readonly isLong?: boolean;
}): Read<Rows> {
  const parts = Object.entries<string>(read.parts).map(
    ([part, select]) => `'${part}', (SELECT coalesce(json_agg(q), '[]'::json) FROM (${select}) q)`,
  );
  const text = `SELECT json_build_object(${parts.join(",\n")})::text AS j`;
  // Postgres cannot infer the type of a parameter that the text does not name.
  const used = namesIn(text);
  const parameters = Object.fromEntries(Object.entries(read.parameters).filter(([name]) => used.has(name)));
  return {
    name: read.name,
    isLong: read.isLong ?? false,
    parameters,
    text: numberParameters(text, { parameters, isTyped: true }),
  };
}
