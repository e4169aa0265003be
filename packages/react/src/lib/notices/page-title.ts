/** Computes a title from the page's own title. */
export interface TitleDecorator {
  decorate: (title: string) => string;
}

const decorators = new Set<TitleDecorator>();
// The page's own title, and the decorated one that was written last.
let [ownTitle, writtenTitle] = ["", ""];
let stop = () => {};

/**
 * Keeps the page's title decorated, even if other code sets it, until the returned function is called. The first
 * registered decorator wins.
 */
export function decorateTitle(decorator: TitleDecorator): () => void {
  if (decorators.size === 0) stop = observeTitle();
  decorators.add(decorator);
  refreshTitle();
  return () => {
    decorators.delete(decorator);
    refreshTitle();
    if (decorators.size === 0) stop();
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
  const [first] = decorators;
  // The document collapses whitespace, too.
  const title = (first ? first.decorate(ownTitle) : ownTitle)
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
