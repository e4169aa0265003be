/**
 * Whether a row belongs to the owner `:ownerId`, in a form that makes Postgres read the index of the owners.
 * `(owner_id, id) > (x, '') AND (owner_id, id) < (x, '~')` is `owner_id = x`. With a plain `=`, the planner may read the rows
 * of all owners in the order of their ids instead. Ids are ASCII letters, digits, hyphens and underscores, and the tilde
 * sorts after them.
 *
 * @param table alias of the rows.
 * @param options.state only rows in this state; absent for all.
 * @param options.before an expression: only rows with an id below it; absent for all.
 */
export const ofOwner = (
  table: string,
  { before = "'~'", state }: { readonly state?: string | undefined; readonly before?: string } = {},
): string => {
  const [column, value] = state === undefined ? ["", ""] : [`${table}.state, `, `'${state}', `];
  const columns = `(${table}.owner_id, ${column}${table}.id)`;
  return `${columns} > (:ownerId, ${value}'') AND ${columns} < (:ownerId, ${value}${before})`;
};
