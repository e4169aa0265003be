/** Longer delays are cut to this. */
const maxDelayMs = 3_600_000;

/**
 * Delay that a vendor requests: `retry-after-ms` (OpenAI), else `Retry-After` in seconds or as an HTTP date.
 *
 * @param now epoch milliseconds.
 * @returns milliseconds, at most one hour; `undefined` without such a header.
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const exact = toNumber(headers.get("retry-after-ms"));
  if (exact !== undefined) return clamp(exact);
  const text = headers.get("retry-after");
  const seconds = toNumber(text);
  if (seconds !== undefined) return clamp(seconds * 1_000);
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : clamp(at - now);
}

function toNumber(text: string | null): number | undefined {
  return text !== null && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function clamp(milliseconds: number): number {
  return Math.min(Math.max(Math.round(milliseconds), 0), maxDelayMs);
}
