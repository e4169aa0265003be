/** Query parameter of the Studio with the id of the open details. */
export const detailsParameter = "picture";

/** URL of the Studio with the details of a generation open; `null`: with no details. */
export function detailsPath(id: string | null): string {
  return id === null ? "/" : `/?${detailsParameter}=${id}`;
}
