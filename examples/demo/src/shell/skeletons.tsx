/** Places that will be filled: list items in the shape of what is on its way. */
export function Skeletons({ count, className }: { readonly count: number; readonly className: string }) {
  return Array.from({ length: count }, (_, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and never move
    <li key={place} className={`skeleton ${className}`} aria-hidden="true" />
  ));
}
