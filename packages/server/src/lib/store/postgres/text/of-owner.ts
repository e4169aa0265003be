/** The column that selects the rows of a gallery, and the parameter with its value. */
const ownerColumn = { column: "owner_id", parameter: ":ownerId", isNullable: false } as const;
export const teamColumn = { column: "team_id", parameter: ":teamId", isNullable: true } as const;

/**
 * Whether a row belongs to the owner `:ownerId`, or to the team `:teamId`, in a form that makes Postgres read the index of the owners.
 * `(owner_id, id) > (x, '') AND (owner_id, id) < (x, '~')` is `owner_id = x`. With a plain `=`, the planner may read the rows
 * of all owners in the order of their ids instead. Ids are ASCII letters, digits, hyphens and underscores, and the tilde
 * sorts after them.
 *
 * @param table alias of the rows.
 * @param options.state only rows in this state; absent for all.
 * @param options.before an expression: only rows with an id below it; absent for all.
 * @param options.of @default the owner
 */
export const ofOwner = (
  table: string,
  {
    before = "'~'",
    of = ownerColumn,
    state,
  }: {
    readonly state?: string | undefined;
    readonly before?: string;
    readonly of?: typeof ownerColumn | typeof teamColumn;
  } = {},
): string => {
  const [column, value] = state === undefined ? ["", ""] : [`${table}.state, `, `'${state}', `];
  const columns = `(${table}.${of.column}, ${column}${table}.id)`;
  // The indexes of teams are partial, and a comparison of rows does not imply their condition.
  const isPresent = of.isNullable ? `${table}.${of.column} IS NOT NULL AND ` : "";
  return `${isPresent}${columns} > (${of.parameter}, ${value}'') AND ${columns} < (${of.parameter}, ${value}${before})`;
};
