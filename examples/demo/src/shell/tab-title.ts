/** Long enough for a picture that comes with it to be drawn first, too short to be missed. */
const pauseMs = 100;

let isSoon = false;
let newest = "";

/** Names the tab, soon: each name is drawn by the browser itself, which the page waits for. */
export function setTabTitle(title: string): void {
  newest = title;
  if (isSoon) return;
  isSoon = true;
  setTimeout(() => {
    isSoon = false;
    document.title = newest;
  }, pauseMs);
}
