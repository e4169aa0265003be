/** `"1.2 ms"`, `"340 ms"`. */
export function inMs(milliseconds: number): string {
  return Number.isNaN(milliseconds) ? "–" : `${inWords(milliseconds)} ms`;
}

/** `"3,120"`, `"12.4"`, `"0.31"`: three digits that count, no more. */
export function inWords(figure: number): string {
  if (Number.isNaN(figure)) return "–";
  if (Math.abs(figure) >= 100) return Math.round(figure).toLocaleString("en-US");
  return figure.toFixed(Math.abs(figure) >= 10 ? 1 : 2);
}

/** `"12.3 kB"`; a kB is 1,000 bytes. */
export function inKb(bytes: number): string {
  return `${inWords(bytes / 1_000)} kB`;
}

/** `"2.4 ×"`. */
export function inTimes(ratio: number): string {
  return Number.isFinite(ratio) ? `${inWords(ratio)} ×` : "–";
}
