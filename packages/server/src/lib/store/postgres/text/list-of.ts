/**
 * The elements of a parameter with a JSON list, as an array. As a subquery, Postgres evaluates it once, and can use an
 * index for `= ANY`.
 *
 * @param type name of the type of the elements.
 */
export const listOf = (parameter: string, type: "text" | "bigint" = "text"): string =>
  `ARRAY(SELECT e.value::${type} FROM json_array_elements_text(${parameter}::json) e (value))`;

/**
 * The elements of an array variable of a function, for `= ANY (…)`. As a subquery, their number is unknown to the planner:
 * for a short list, Postgres would plan the statement again with each call.
 */
export const elementsOf = (variable: string): string => `ARRAY(SELECT unnest(${variable}))`;
