/** Computes a title from the page's own title. */
export interface TitleDecorator {
  decorate: (title: string) => string;
}

const decorators = new Set<TitleDecorator>();
// The page's own title, the title last written, and how the document returned it (with whitespace collapsed).
let [ownTitle, writtenTitle, returnedTitle] = ["", "", ""];
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
  const isForeign = document.title !== returnedTitle;
  // Other code decorates titles, too: rewriting its title would loop forever.
  if (isForeign && writtenTitle !== ownTitle && document.title.includes(returnedTitle)) return;
  if (isForeign) ownTitle = document.title;
  const [first] = decorators;
  const title = first ? first.decorate(ownTitle) : ownTitle;
  if (!isForeign && title === writtenTitle) return;
  writtenTitle = document.title = title;
  returnedTitle = document.title;
}

function observeTitle(): () => void {
  const { document }: Partial<typeof globalThis> = globalThis;
  if (document === undefined) return () => {};
  const observer = new MutationObserver(refreshTitle);
  observer.observe(document.head, { childList: true, characterData: true, subtree: true });
  return () => observer.disconnect();
}
