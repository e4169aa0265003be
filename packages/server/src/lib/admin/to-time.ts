/**
 * Epoch milliseconds of a date in UTC, or of a time with its zone; `null` for any other text. `Date.parse` also accepts other texts,
 * local times, and days that do not exist.
 */
export function toTime(text: string): number | null {
  const [, date = ""] =
    /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  const day = Date.parse(date);
  const time = Date.parse(text);
  if (Number.isNaN(day) || Number.isNaN(time)) return null;
  return new Date(day).toISOString().startsWith(date) ? time : null;
}
