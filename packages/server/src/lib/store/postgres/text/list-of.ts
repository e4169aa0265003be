/**
 * The elements of a parameter with a JSON list, as an array. As a subquery, Postgres evaluates it once, and can use an
 * index for `= ANY`.
 *
 * @param type name of the type of the elements.
 */
export const listOf = (parameter: string, type: "text" | "bigint" = "text"): string =>
  `ARRAY(SELECT e.value::${type} FROM json_array_elements_text(${parameter}::json) e (value))`;
