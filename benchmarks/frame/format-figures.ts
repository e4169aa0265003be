/** `"1.2 ms"`, `"340 ms"`. */
export function formatMs(milliseconds: number): string {
  return Number.isNaN(milliseconds) ? "–" : `${formatNumber(milliseconds)} ms`;
}

/** `"3,120"`, `"12.4"`, `"0.31"`: three significant digits. */
export function formatNumber(figure: number): string {
  if (Number.isNaN(figure)) return "–";
  if (Math.abs(figure) >= 100) return Math.round(figure).toLocaleString("en-US");
  return figure.toFixed(Math.abs(figure) >= 10 ? 1 : 2);
}

/** `"12.3 kB"`; a kB is 1,000 bytes. */
export function formatKb(bytes: number): string {
  return `${formatNumber(bytes / 1_000)} kB`;
}

/** `"2.4 ×"`. */
export function formatRatio(ratio: number): string {
  return Number.isFinite(ratio) ? `${formatNumber(ratio)} ×` : "–";
}
