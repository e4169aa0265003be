/** The open dialog. `missing` is the number of credits that the balance lacks for a refused postcard; 0 without one. */
export type OpenDialog =
  | { readonly name: "account" }
  | { readonly name: "sign-in" }
  | { readonly name: "sign-up" }
  | { readonly name: "shop"; readonly missing: number };
