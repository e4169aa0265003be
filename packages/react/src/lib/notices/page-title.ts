import { reportHostError } from "../connection/report-host-error.js";
import type { ActiveView } from "../hooks/use-active-generation.js";

/** The counts that a title shows. */
export type TitleCounts = Pick<ActiveView, "count" | "unseenCount">;

/** One mounted `useTitleBadge`, as of its last committed render. */
export interface TitleBadge {
  readonly current: TitleCounts & { readonly title?: ((title: string, counts: TitleCounts) => string) | undefined };
}

const badges = new Set<TitleBadge>();
// The page's own title, and the decorated one that was written last.
let [ownTitle, writtenTitle] = ["", ""];
let stop = () => {};

/**
 * Keeps the page's title decorated, even if other code sets it, until the returned function is called. The first
 * registered badge wins.
 */
export function decorateTitle(badge: TitleBadge): () => void {
  if (badges.size === 0) stop = observeTitle();
  badges.add(badge);
  refreshTitle();
  return () => {
    badges.delete(badge);
    refreshTitle();
    if (badges.size === 0) stop();
  };
}

/** Recomputes the title. */
export function refreshTitle(): void {
  // React Native has no document.
  const { document }: Partial<typeof globalThis> = globalThis;
  if (document === undefined) return;
  const current = document.title;
  // Other code may wrap the decorated title, as in "* (2) Studio". Replace only the own part: rewriting the whole title
  // would loop forever. Every title includes an empty one.
  const isWritten = writtenTitle !== ownTitle && current.includes(writtenTitle) && !current === !writtenTitle;
  if (!isWritten) ownTitle = current;
  const [first] = badges;
  // The document collapses whitespace, too.
  const title = (first ? decorated(ownTitle, first) : ownTitle)
    .split(/[ \t\n\f\r]+/)
    .filter(Boolean)
    .join(" ");
  const next = isWritten ? current.replace(writtenTitle, () => title) : title;
  writtenTitle = title;
  if (next !== current) document.title = next;
}

function observeTitle(): () => void {
  const { document }: Partial<typeof globalThis> = globalThis;
  if (document === undefined) return () => {};
  const observer = new MutationObserver(refreshTitle);
  observer.observe(document.head, { childList: true, characterData: true, subtree: true });
  return () => observer.disconnect();
}

function decorated(ownTitle: string, { current: { title = withCount, ...counts } }: TitleBadge): string {
  try {
    return title(ownTitle, counts);
  } catch (error) {
    reportHostError(error);
    return ownTitle;
  }
}

function withCount(title: string, { count, unseenCount }: TitleCounts): string {
  if (unseenCount > 0) return `(${unseenCount}) ${title}`;
  return count > 0 ? `… ${title}` : title;
}
