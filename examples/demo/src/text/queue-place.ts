import type { QueuePosition } from "@safelight/client/contract";

const rules = new Intl.PluralRules("en", { type: "ordinal" });
const suffixes: Readonly<Record<string, string>> = { one: "st", two: "nd", few: "rd" };

/** The place of a generation: `3rd in the queue` with two ahead. */
export function describePlace(ahead: QueuePosition): string {
  if (ahead === "100+") return "100+ ahead in the queue";
  const place = ahead + 1;
  return `${place}${suffixes[rules.select(place)] ?? "th"} in the queue`;
}
