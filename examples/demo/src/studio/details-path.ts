/** The name of the id in the address of the Studio. */
export const detailsParameter = "picture";

/** The Studio with the details of a generation open over it; `null`: with none. */
export function detailsPath(id: string | null): string {
  return id === null ? "/" : `/?${detailsParameter}=${id}`;
}
