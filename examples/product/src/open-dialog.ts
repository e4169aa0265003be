/** The dialog that is open; `missing` is the number of credits that a refused postcard needs. */
export type OpenDialog =
  | { readonly name: "account" }
  | { readonly name: "sign-in" }
  | { readonly name: "sign-up" }
  | { readonly name: "shop"; readonly missing: number };
