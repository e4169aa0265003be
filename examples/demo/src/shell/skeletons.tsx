/** Placeholder list items in the shape of the loading content. */
export function Skeletons({ count, className }: { readonly count: number; readonly className: string }) {
  return Array.from({ length: count }, (_, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the items are identical and never reordered
    <li key={index} className={`skeleton ${className}`} aria-hidden="true" />
  ));
}
