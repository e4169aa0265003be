const today = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit" });
const otherDay = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
const whole = new Intl.DateTimeFormat("en", { dateStyle: "long", timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en", { weekday: "long", month: "long", day: "numeric" });

/** Minutes and seconds: `0:07`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A duration in words: `7 seconds`. */
export function describeDuration(durationMs: number): string {
  const seconds = Math.max(1, Math.round(durationMs / 1000));
  if (seconds < 90) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  return `${Math.round(seconds / 60)} minutes`;
}

/** A short form of an instant: `just now`, `5 min ago`, `4:12 PM`, `Mar 3, 4:12 PM`. */
export function formatWhen(iso: string, nowMs: number): string {
  const at = new Date(iso);
  const ageMs = nowMs - at.getTime();
  if (ageMs < 45_000) return "just now";
  if (ageMs < 3_600_000) return `${Math.max(1, Math.round(ageMs / 60_000))} min ago`;
  const isToday = at.toDateString() === new Date(nowMs).toDateString();
  return (isToday ? today : otherDay).format(at);
}

/** Date and time in full. */
export function formatMoment(iso: string): string {
  return whole.format(new Date(iso));
}

/** The day as a heading: `Today`, `Yesterday`, `Tuesday, March 3`. */
export function formatDay(iso: string, nowMs: number): string {
  const at = new Date(iso).toDateString();
  if (at === new Date(nowMs).toDateString()) return "Today";
  if (at === new Date(nowMs - 86_400_000).toDateString()) return "Yesterday";
  return day.format(new Date(iso));
}
