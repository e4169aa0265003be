import type { CopiedRow, CopiedTable, CopiedValue } from "./copied-tables.js";

/** Orders two keys as both databases do. A row begins with its key, so it may be passed in its place. */
export function compareKeys({ columns, key }: CopiedTable, [left, right]: readonly [CopiedRow, CopiedRow]): number {
  for (const [index, column] of key.entries()) {
    const [a = null, b = null] = [left[index], right[index]];
    if (a === b) continue;
    return columns[column] === "integer" ? compareIntegers(a, b) : compareTexts(a, b);
  }
  return 0;
}

function compareIntegers(a: CopiedValue, b: CopiedValue): number {
  return BigInt(String(a)) < BigInt(String(b)) ? -1 : 1;
}

/** By UTF-8 bytes. The comparison of JavaScript orders surrogates before the characters from U+E000 to U+FFFF. */
function compareTexts(a: CopiedValue, b: CopiedValue): number {
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
