import type { Generation } from "@safelight/client/contract";
import { promptOf } from "../models/generation-input.ts";

/** Search words and dates of the history. */
export interface HistoryFilter {
  /** Words that the prompt must contain, in any order and case. */
  readonly words: string;
  /** First and last day, as `YYYY-MM-DD` in the device's time zone; `""`: no limit. */
  readonly from: string;
  readonly to: string;
}

/** Whether the filter matches every generation. */
export function isOpenFilter({ words, from, to }: HistoryFilter): boolean {
  return words.trim() === "" && from === "" && to === "";
}

/** Whether a generation matches the filter. */
export function matchesFilter(generation: Generation, { words, from, to }: HistoryFilter): boolean {
  const day = localDayOf(generation.createdAt);
  if ((from !== "" && day < from) || (to !== "" && day > to)) return false;
  const prompt = promptOf(generation).toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => prompt.includes(word));
}

/** Whether generations older than the oldest loaded one can match. */
export function mayMatchOlder(loaded: readonly Generation[], { from }: HistoryFilter): boolean {
  const oldest = loaded.at(-1);
  return oldest === undefined || from === "" || localDayOf(oldest.createdAt) >= from;
}

/** The day of an instant in the device's time zone, as `YYYY-MM-DD`. */
export function localDayOf(iso: string): string {
  const at = new Date(iso);
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}
