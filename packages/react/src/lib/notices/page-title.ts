/** What makes something of the page's title. */
export interface TitleHolder {
  decorate: (title: string) => string;
}

const holders = new Set<TitleHolder>();
// The page's own title, what was made of it, and how that reads: without the spaces that are too many.
let [own, made, shown] = ["", "", ""];
let stop = () => {};

/**
 * Shows what the holder makes of the page's title, whoever sets that meanwhile, until the returned function is called.
 * The one that was there first goes before the others.
 */
export function holdTitle(holder: TitleHolder): () => void {
  if (holders.size === 0) stop = observeTitle();
  holders.add(holder);
  showTitle();
  return () => {
    holders.delete(holder);
    showTitle();
    if (holders.size === 0) stop();
  };
}

/** Makes it anew. */
export function showTitle(): void {
  // React Native has no document.
  const { document }: Partial<typeof globalThis> = globalThis;
  if (document === undefined) return;
  const isTheirs = document.title !== shown;
  // Somebody else who makes something of titles: two would never come to an end.
  if (isTheirs && made !== own && document.title.includes(shown)) return;
  if (isTheirs) own = document.title;
  const [first] = holders;
  const title = first ? first.decorate(own) : own;
  if (!isTheirs && title === made) return;
  made = document.title = title;
  shown = document.title;
}

function observeTitle(): () => void {
  const { document }: Partial<typeof globalThis> = globalThis;
  if (document === undefined) return () => {};
  const observer = new MutationObserver(showTitle);
  observer.observe(document.head, { childList: true, characterData: true, subtree: true });
  return () => observer.disconnect();
}
