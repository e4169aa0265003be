/** In milliseconds: the page paints an image of the same update first. */
const delayMs = 100;

let isScheduled = false;
let newest = "";

/** Sets the tab title after a short delay: the browser updates its own interface synchronously, which blocks the page. */
export function setTabTitle(title: string): void {
  newest = title;
  if (isScheduled) return;
  isScheduled = true;
  setTimeout(() => {
    isScheduled = false;
    document.title = newest;
  }, delayMs);
}
