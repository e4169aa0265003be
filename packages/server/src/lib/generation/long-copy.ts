/**
 * Whether the next step copies a file that may be large: the copy of a video or an audio may take minutes. The stores have
 * the same condition as SQL.
 */
export function isLongCopy({ kind, state }: { readonly kind: string; readonly state: string }): boolean {
  return state === "storing" && kind !== "image";
}
